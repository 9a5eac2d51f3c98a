import { z } from 'zod';
import { Report, Verdict } from './report.ts';

/** Line breaks and tabs are the only control characters that a note can want. */
const isPlain = (text: string) => !/\p{Cc}/u.test(text.replace(/[\t\n\r]/g, ''));

/** What is sent beside the mask to make a revision of a result. */
export const RevisionRequest = z
  .object({
    author: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .refine((text) => !/\p{Cc}/u.test(text), 'one line of text')
      .describe('Who stands behind it, as it shall be shown.'),
    note: z
      .string()
      .trim()
      .max(4000)
      .refine(isPlain, 'no control characters')
      .default('')
      .describe('What was changed, and why.'),
    verdict: Verdict.describe(
      'corrected: the mask is changed, and sent along; accepted, rejected: it stands as it is.',
    ),
    parent: z.coerce
      .number()
      .int()
      .min(0)
      .max(100_000)
      .default(0)
      .describe('The revision that was looked at, which must be the newest; 0 is the engine’s own mask.'),
  })
  .meta({ id: 'RevisionRequest' });
export type RevisionRequest = z.input<typeof RevisionRequest>;

/** A revision as lists have it. It never changes. */
export const RevisionSummary = z
  .object({
    number: z.int().positive().describe('From 1, without a gap.'),
    parent: z.int().nonnegative().describe('What was revised; 0 is the engine’s own mask.'),
    author: z.string(),
    note: z.string(),
    verdict: Verdict,
    createdAt: z.string(),
    volumeMl: z.number(),
    lesionCount: z.int(),
    url: z.string(),
  })
  .meta({ id: 'RevisionSummary' });
export type RevisionSummary = z.infer<typeof RevisionSummary>;

export const RevisionList = z
  .object({
    engine: z
      .object({ volumeMl: z.number(), lesionCount: z.int(), maskUrl: z.string() })
      .describe('What the engine itself found; it stays beside all revisions.'),
    revisions: z.array(RevisionSummary).describe('The oldest first.'),
  })
  .meta({ id: 'RevisionList' });
export type RevisionList = z.infer<typeof RevisionList>;

export const Revision = RevisionSummary.extend({
  maskUrl: z.string(),
  reportUrl: z.string(),
  missedUrl: z.string().nullable(),
  zipUrl: z.string(),
  files: z.array(z.object({ name: z.string(), url: z.string() })),
  report: Report.describe('Made anew from the revised mask; its `revision` says what changed.'),
}).meta({ id: 'Revision' });
export type Revision = z.infer<typeof Revision>;
