import { z } from 'zod';

/** Case ids: also the name of a folder and part of URLs, so the alphabet is narrow. */
export const CaseId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, ".", "_" and "-" only, 64 at most');

export const ImageRole = z.enum(['dwi', 'adc', 'flair', 'reference']);
export type ImageRole = z.infer<typeof ImageRole>;

export const CaseSummary = z
  .object({
    id: CaseId,
    title: z.string(),
    description: z.string(),
    source: z.string().describe('Where the case comes from, such as "phantom".'),
    images: z.array(ImageRole),
    licence: z.string().nullable(),
    imageUrls: z
      .partialRecord(ImageRole, z.string())
      .describe('Absolute URLs of the case’s own images, by role. NIfTI, gzipped.'),
  })
  .meta({ id: 'CaseSummary' });
export type CaseSummary = z.infer<typeof CaseSummary>;

export const CaseSourceState = z
  .object({
    id: z.string(),
    title: z.string(),
    ok: z.boolean().describe('It could say which cases it has.'),
    problem: z.string().nullable().describe('Why it could not, or what was passed over; in words.'),
  })
  .meta({ id: 'CaseSourceState' });
export type CaseSourceState = z.infer<typeof CaseSourceState>;

/**
 * `cases` is the original's list of ids; `details` says more of each, in the same order; `sources` says how each
 * place that cases come from fares.
 */
export const CaseList = z
  .object({
    cases: z.array(CaseId),
    details: z.array(CaseSummary),
    sources: z.array(CaseSourceState).default([]),
  })
  .meta({ id: 'CaseList' });
export type CaseList = z.infer<typeof CaseList>;
