import type { AuditEntry } from './audit-entry.ts';
import type { Role, Scope } from './standing.ts';
import type { OpenedShare } from './visitor.ts';

/** A token for scripts, without its secret, which is told once. */
export type Token = {
  readonly tokenId: string;
  /** What it is for, in the words of whoever made it. */
  readonly label: string;
  /** Whose it is: it does what this account may, with this role and these groups. */
  readonly userId: string;
  readonly groups: readonly string[];
  readonly role: Role;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
};

/** A link to a result, without its secret. */
export type Share = OpenedShare & {
  readonly madeBy: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
};

/** Somebody who signed in with a browser, without its secret. Their role is found anew by their groups each time. */
export type Session = {
  readonly userId: string;
  readonly name: string;
  readonly groups: readonly string[];
  /** What the provider gave, sealed with the secret that the browser alone has; null where it is not needed. */
  readonly sealed: string | null;
  readonly createdAt: Date;
  /** When it ends, unless it is used before; never later than `endsAt`. */
  readonly expiresAt: Date;
  /** When it ends in any case. */
  readonly endsAt: Date;
  /** When the provider is to be asked again who this is; null where it cannot be asked. */
  readonly renewAt: Date | null;
};

/** What the provider said when it was asked again. */
export type SessionRenewal = Pick<Session, 'userId' | 'name' | 'groups' | 'sealed' | 'renewAt'>;

/** What is kept about access, in the database of the jobs. Secrets are known by their hashes alone. */
export type AccessRecords = {
  readonly tokens: {
    add(token: Token, hash: string): Promise<void>;
    /** null for one that is unknown, expired or revoked. */
    find(hash: string, now: Date): Promise<Token | null>;
    list(): Promise<readonly Token[]>;
    /** @returns false where there is none that could be revoked. */
    revoke(tokenId: string): Promise<boolean>;
  };
  readonly shares: {
    add(share: Share, hash: string): Promise<void>;
    find(hash: string, now: Date): Promise<Share | null>;
    get(shareId: string): Promise<Share | null>;
    ofJob(jobId: string): Promise<readonly Share[]>;
    revoke(shareId: string): Promise<boolean>;
  };
  readonly sessions: {
    add(session: Session, hash: string): Promise<void>;
    /** null for one that is unknown or has ended. */
    find(hash: string, now: Date): Promise<Session | null>;
    /** It was used: it ends later. */
    extend(hash: string, expiresAt: Date): Promise<void>;
    /**
     * Of several processes that want to ask the provider at the same time, one may: a token for renewal is good once.
     * @returns whether it is this one; the others may from `next` on.
     */
    claimRenewal(hash: string, due: Date, next: Date): Promise<boolean>;
    renew(hash: string, renewal: SessionRenewal): Promise<void>;
    /** @returns the session that it was; null where there was none. */
    remove(hash: string): Promise<Session | null>;
  };
  readonly audit: {
    add(entries: readonly AuditEntry[]): Promise<void>;
    list(wish: AuditWish): Promise<readonly (AuditEntry & { readonly number: number })[]>;
  };
  /** Removes what is past its time: ended tokens, links and sessions, and what was written down before. */
  sweep(auditBefore: Date, now: Date): Promise<void>;
};

/** Which entries of the log are wanted, the newest first. */
export type AuditWish = {
  readonly since?: Date | undefined;
  readonly who?: string | undefined;
  readonly subject?: string | undefined;
  /** Only older ones than this number. */
  readonly before?: number | undefined;
  readonly limit: number;
};
