import { z } from 'zod';

/** Answer of GET /api/archives. */
export const ArchiveList = z
  .object({ archives: z.array(z.object({ name: z.string() })) })
  .meta({ id: 'ArchiveList' });

const text = z
  .string()
  .trim()
  .max(64)
  .refine((each) => !/\p{Cc}/u.test(each), 'one line of text');

/** Body of POST /api/archives/{archive}/search: in a body, for addresses stand in the logs of proxies. */
export const StudySearch = z
  .object({
    patientId: text.optional().describe('Patient ID; * stands for any text.'),
    accessionNumber: text.optional(),
    date: z
      .string()
      .regex(/^(?:\d{8}|\d{8}-\d{8}|\d{8}-|-\d{8})$/)
      .optional()
      .describe('Study date, YYYYMMDD, or a range YYYYMMDD-YYYYMMDD.'),
    modality: z
      .string()
      .regex(/^[A-Z]{2,16}$/)
      .default('MR')
      .describe('Modality of one of the series.'),
    limit: z.int().min(1).max(200).default(50),
  })
  .refine(({ patientId, accessionNumber, date }) => [patientId, accessionNumber, date].some(Boolean), {
    message: 'a patient id, an accession number or a date is needed',
  })
  .meta({ id: 'StudySearch' });
export type StudySearch = z.input<typeof StudySearch>;

export const StudyList = z
  .object({
    studies: z
      .array(
        z.object({
          studyUid: z.string(),
          date: z.string(),
          time: z.string(),
          patientId: z.string(),
          patientName: z.string(),
          accessionNumber: z.string(),
          description: z.string(),
          modalities: z.array(z.string()),
          instances: z.int().nullable().describe('null: the archive does not say.'),
        }),
      )
      .describe('The newest first.'),
  })
  .meta({ id: 'StudyList' });
export type StudyFound = z.infer<typeof StudyList>['studies'][number];

/** Body of POST /api/archives/{archive}/cases. */
export const StudyWanted = z
  .object({ studyUid: z.string().max(64).describe('Study Instance UID, as the search gave it.') })
  .meta({ id: 'StudyWanted' });

export const CaseFetched = z
  .object({
    caseId: z.string(),
    remarks: z.array(z.string()).describe('What should be known of the choice of images.'),
    caseUrl: z.string(),
    pageUrl: z.string(),
  })
  .meta({ id: 'CaseFetched' });
