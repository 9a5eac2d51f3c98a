/** What is written down: who opened, uploaded, ran, edited, exported; shared, deleted; signed in and out. */
export const auditActions = [
  'open',
  'upload',
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

export type AuditEntry = {
  readonly at: Date;
  /** Id of an account, `share:` and the id of a link, or `-` for nobody. */
  readonly who: string;
  /** How they said who they are. */
  readonly way: 'proxy' | 'session' | 'token' | 'share';
  readonly action: AuditAction;
  /** Id of a case, a job, a link or a token; null where it is about none. Never a name, and no secret. */
  readonly subject: string | null;
};
