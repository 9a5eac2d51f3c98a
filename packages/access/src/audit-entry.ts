/** What is written down: who opened, uploaded, ran, edited, exported; shared, deleted; signed in and out. */
export const auditActions = [
  'open',
  'upload',
  'receive',
  'search',
  'fetch',
  'run',
  'revise',
  'export',
  'share',
  'unshare',
  'open-share',
  'delete',
  'add-token',
  'revoke-token',
  'sign-in',
  'sign-out',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** How somebody said who they are: by a proxy, by signing in here, by a token, or by a link to one result. */
export const auditWays = ['proxy', 'session', 'token', 'share'] as const;

export type AuditEntry = {
  readonly at: Date;
  /** Id of an account, `share:` and the id of a link, or `-` for nobody. */
  readonly who: string;
  readonly way: (typeof auditWays)[number];
  readonly action: AuditAction;
  /** Id of a case, a job, a received study, an archive, a link or a token; null where it is about none. Never a name, and no secret. */
  readonly subject: string | null;
};
