import { z } from 'zod';
import { Report, Verdict } from './report.ts';

/** What `atoll review` and its page agree on: a reader goes through the results of a BIDS derivative. */

/** What a reader sends of a case; a corrected mask comes beside it. */
export const ReadingRequest = z.object({
  verdict: Verdict.nullable().describe('null keeps the note alone.'),
  note: z
    .string()
    .trim()
    .max(2000)
    .refine((text) => !/\p{Cc}/u.test(text), 'one line of text')
    .default(''),
});
export type ReadingRequest = z.input<typeof ReadingRequest>;

/** One reader's word on one case. */
export const Reading = z.object({
  rater: z.string(),
  verdict: Verdict.nullable(),
  note: z.string(),
  volumeMl: z.number().nullable().describe('Of the mask that stands; null where none does.'),
  diceWithEngine: z.number().nullable(),
  date: z.string(),
  maskUrl: z.string().nullable().describe('Of a corrected mask.'),
});
export type Reading = z.infer<typeof Reading>;

export const ReviewedCase = z.object({
  id: z.string(),
  volumeMl: z.number(),
  lesionCount: z.int(),
  location: z.string().nullable(),
  seriousWarnings: z.int(),
  cautions: z.int(),
  possiblyMissedMl: z.number().nullable(),
  own: Reading.nullable().describe('The reader’s own; null while they have not looked at the case.'),
  others: z
    .array(Reading)
    .describe(
      'Of other readers; empty until the reader has given their own verdict, so that each reads alone.',
    ),
  leastDice: z
    .number()
    .nullable()
    .describe('The least agreement among the engine’s mask, the reader’s and, once shown, the others’.'),
  verdictsDiffer: z.boolean(),
});
export type ReviewedCase = z.infer<typeof ReviewedCase>;

export const ReviewList = z.object({
  title: z.string(),
  rater: z.string(),
  cases: z.array(ReviewedCase),
  withoutResult: z.int().describe('Cases of the data set that have no mask to review.'),
});
export type ReviewList = z.infer<typeof ReviewList>;

/** A case to look at: reports and where its files are. */
export const ReviewCase = z.object({
  summary: ReviewedCase,
  report: Report.describe('Of the reader’s own correction, else of the engine’s mask.'),
  dwiUrl: z.string(),
  adcUrl: z.string(),
  flairUrl: z.string().nullable(),
  referenceUrl: z.string().nullable(),
  engineMaskUrl: z.string(),
  missedUrl: z.string().nullable(),
  brainUrl: z.string().nullable(),
  probabilityUrl: z.string().nullable().default(null),
  territoriesUrl: z.string().nullable(),
});
export type ReviewCase = z.infer<typeof ReviewCase>;
