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
    ok: z.boolean().describe('Whether its list of cases could be read.'),
    problem: z.string().nullable().describe('Why it could not, or what was skipped, in words.'),
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

/** One case by its id; of an uploaded one, its id is the right to see it, and it is in no list. */
export const CaseDetail = CaseSummary.extend({
  isUpload: z.boolean().describe('Uploaded with POST /api/cases; can be deleted with DELETE.'),
  expiresAt: z
    .string()
    .nullable()
    .describe(
      'When an uploaded case is deleted unless it is used; null while a job uses it, or if it never expires.',
    ),
  derivation: z
    .array(z.string())
    .describe('How the images were derived, in words, if they are not simply the uploaded ones.'),
}).meta({ id: 'CaseDetail' });
export type CaseDetail = z.infer<typeof CaseDetail>;

/** Answer to POST /api/cases. */
export const CaseAdded = CaseDetail.extend({
  caseId: CaseId.describe('For `case_id` of POST /api/segment. 128 random bits: keep it private.'),
  caseUrl: z.string(),
  deleteUrl: z.string().describe('DELETE removes the case immediately, with its jobs and results.'),
  pageUrl: z.string().describe('The viewer with this case.'),
  remarks: z.array(z.string()).describe('Notes on how the image roles were detected.'),
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
          role: ImageRole.nullish().describe('The image role; detected if absent.'),
          name: z
            .string()
            .max(1000)
            .nullish()
            .describe('The file’s path, which helps to detect its role. Never stored.'),
        }),
      )
      .min(1),
    bValue: z
      .number()
      .positive()
      .max(1e5)
      .nullish()
      .describe('b-value of the DWI (s/mm²), if the ADC has to be computed and no file states it.'),
    title: z.string().max(200).nullish().describe('Title of the case; not the patient’s name.'),
  })
  .meta({ id: 'CaseOfUploads' });
export type CaseOfUploads = z.infer<typeof CaseOfUploads>;
