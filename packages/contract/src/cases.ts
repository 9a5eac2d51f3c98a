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

/** One case by its id; of one that was brought, its id is the right to see it, and it is in no list. */
export const CaseDetail = CaseSummary.extend({
  isUpload: z.boolean().describe('Brought with POST /api/cases; can be removed with DELETE.'),
  expiresAt: z
    .string()
    .nullable()
    .describe('When a brought case is deleted unless it is used; null while a job of it runs, and for ever.'),
  derivation: z
    .array(z.string())
    .describe('How the images came about, in words, where they are not simply what was brought.'),
}).meta({ id: 'CaseDetail' });
export type CaseDetail = z.infer<typeof CaseDetail>;

/** Answer to POST /api/cases. */
export const CaseAdded = CaseDetail.extend({
  caseId: CaseId.describe('For `case_id` of POST /api/segment. 128 random bits: keep it to yourself.'),
  caseUrl: z.string(),
  deleteUrl: z.string().describe('DELETE removes the case with its jobs and results at once.'),
  pageUrl: z.string().describe('The page with this case.'),
  remarks: z.array(z.string()).describe('What should be known of how the images were told apart.'),
}).meta({ id: 'CaseAdded' });
export type CaseAdded = z.infer<typeof CaseAdded>;

/** 128 random bits in hexadecimal, at the end of the address that POST /api/uploads answers with. */
export const UploadId = z.string().regex(/^[0-9a-f]{32}$/, 'an upload id of 32 hexadecimal digits');

/** Body of POST /api/cases for files that were uploaded before, with tus, at /api/uploads. */
export const CaseOfUploads = z
  .object({
    files: z
      .array(
        z.object({
          upload: UploadId,
          role: ImageRole.nullish().describe('Which image it is; found out if absent.'),
          name: z
            .string()
            .max(1000)
            .nullish()
            .describe('The file’s name and folders, which help to find out what it is. Never stored.'),
        }),
      )
      .min(1),
    bValue: z
      .number()
      .positive()
      .max(1e5)
      .nullish()
      .describe('b of the DWI (s/mm²), where the ADC has to be computed and no file says it.'),
    title: z.string().max(200).nullish().describe('What to call the case; not the patient’s name.'),
  })
  .meta({ id: 'CaseOfUploads' });
export type CaseOfUploads = z.infer<typeof CaseOfUploads>;
