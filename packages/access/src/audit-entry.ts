/** What is written down: who opened, uploaded, ran, edited, exported; shared, deleted. */
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
] as const;
export type AuditAction = (typeof auditActions)[number];

export type AuditEntry = {
  readonly at: Date;
  /** Id of an account, `share:` and the id of a link, or `-` for nobody. */
  readonly who: string;
  /** How they said who they are. */
  readonly way: 'proxy' | 'token' | 'share';
  readonly action: AuditAction;
  /** Id of a case, a job, a received study, an archive, a link or a token; null where it is about none. Never a name, and no secret. */
  readonly subject: string | null;
};
