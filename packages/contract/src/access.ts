import { auditActions, auditWays } from '@atoll/access/audit-entry';
import { roles, scopes } from '@atoll/access/standing';
import { z } from 'zod';
import { AuthMode } from './page-config.ts';

const moment = z.string().describe('ISO 8601.');

/** Answer of POST /api/sign-out. */
export const SignedOut = z
  .object({
    next: z.string().nullable().describe('Where the provider ends its own session; null where it does not.'),
  })
  .meta({ id: 'SignedOut' });

/** Query of GET /api/me: things of which it is asked what may be done with them. */
export const MeQuery = z.object({
  job: z.string().max(100).optional().describe('Id of a job.'),
  case: z.string().max(200).optional().describe('Id of a case.'),
});

/** Answer of GET /api/me. */
export const Me = z
  .object({
    mode: AuthMode,
    account: z
      .object({
        id: z.string(),
        name: z.string(),
        role: z.enum(roles).nullable().describe('null: no group of the account gives it a role.'),
        groups: z.array(z.string()),
      })
      .nullable()
      .describe('null: not signed in.'),
    shares: z
      .array(z.object({ jobId: z.string(), caseId: z.string(), expiresAt: moment }))
      .describe('Results that links open for whoever asks, and until when.'),
    may: z
      .object({
        run: z.boolean().describe('Upload cases and run jobs.'),
        reviseJob: z.boolean().describe('Accept, correct or reject the result of the job in the query.'),
        shareJob: z.boolean().describe('Make links to it, and delete it.'),
        removeCase: z.boolean().describe('Delete the case in the query.'),
        searchArchives: z.boolean().describe('Search image archives and fetch studies from them.'),
      })
      .describe('What whoever asks may do.'),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

const line = z
  .string()
  .trim()
  .max(200)
  .refine((text) => !/\p{Cc}/u.test(text), 'one line of text');

/** Body of POST /api/tokens. */
export const TokenRequest = z
  .object({
    label: line.min(1).describe('What it is for.'),
    user: line.min(1).describe('Account that it acts for.'),
    groups: z.array(line.min(1)).max(100).default([]).describe('Groups of the account.'),
    role: z.enum(roles).default('reader'),
    scopes: z
      .array(z.enum(scopes))
      .min(1)
      .default(['read', 'run'])
      .describe(
        'What it is good for: read, run (also upload, delete, share), review, admin, send (store examinations by DICOMweb), search (search archives and fetch studies).',
      ),
    days: z.int().min(1).max(366).default(90).describe('After so many days it expires.'),
  })
  .meta({ id: 'TokenRequest' });
export type TokenRequest = z.input<typeof TokenRequest>;

export const TokenSummary = z
  .object({
    tokenId: z.string(),
    label: z.string(),
    user: z.string(),
    groups: z.array(z.string()),
    role: z.enum(roles),
    scopes: z.array(z.enum(scopes)),
    createdAt: moment,
    expiresAt: moment,
    revokedAt: moment.nullable(),
  })
  .meta({ id: 'TokenSummary' });
export type TokenSummary = z.infer<typeof TokenSummary>;

export const TokenAdded = TokenSummary.extend({
  token: z.string().describe('The token itself, which is told this once.'),
}).meta({ id: 'TokenAdded' });
export type TokenAdded = z.infer<typeof TokenAdded>;

export const TokenList = z
  .object({ tokens: z.array(TokenSummary).describe('The newest first.') })
  .meta({ id: 'TokenList' });

/** Body of POST /api/shares. */
export const ShareRequest = z
  .object({
    jobId: z.string().describe('Job whose result the link opens.'),
    hours: z
      .int()
      .min(1)
      .max(24 * 366)
      .default(168)
      .describe('After so many hours it ends.'),
  })
  .meta({ id: 'ShareRequest' });
export type ShareRequest = z.input<typeof ShareRequest>;

export const ShareSummary = z
  .object({
    shareId: z.string(),
    jobId: z.string(),
    madeBy: z.string(),
    createdAt: moment,
    expiresAt: moment,
    revokedAt: moment.nullable(),
  })
  .meta({ id: 'ShareSummary' });
export type ShareSummary = z.infer<typeof ShareSummary>;

export const ShareAdded = ShareSummary.extend({
  url: z.string().describe('The link, which is told this once: whoever has it sees the result.'),
}).meta({ id: 'ShareAdded' });
export type ShareAdded = z.infer<typeof ShareAdded>;

export const ShareList = z
  .object({ shares: z.array(ShareSummary).describe('The newest first.') })
  .meta({ id: 'ShareList' });
export type ShareList = z.infer<typeof ShareList>;

/** Query of GET /api/audit. */
export const AuditQuery = z.object({
  since: z.iso.datetime({ offset: true }).optional().describe('Only entries from then on.'),
  who: z.string().max(200).optional().describe('Only of this account.'),
  subject: z.string().max(200).optional().describe('Only about this case, job, link or token.'),
  before: z.coerce.number().int().min(1).optional().describe('Only entries before this number.'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export const AuditList = z
  .object({
    entries: z
      .array(
        z.object({
          number: z.int(),
          at: moment,
          who: z.string(),
          way: z.enum(auditWays),
          action: z.enum(auditActions),
          subject: z.string().nullable(),
        }),
      )
      .describe('The newest first.'),
  })
  .meta({ id: 'AuditList' });
export type AuditList = z.infer<typeof AuditList>;
