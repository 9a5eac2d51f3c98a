import { z } from 'zod';
import { CaseId } from './cases.ts';
import { Problem } from './problem.ts';
import { OverlayReport, Report } from './report.ts';
import { RevisionSummary } from './revisions.ts';

/** 128 random bits in hexadecimal: knowing the id is the right to see the job. */
const JobId = z.string().regex(/^[0-9a-f]{32}$/, 'a job id of 32 hexadecimal digits');

const JobStatus = z.enum(['pending', 'running', 'completed', 'failed', 'cancelled']);

/** How clients of the original write a flag beside true and false; its checks took it so. */
const FlagInWords = z
  .union([z.literal([0, 1]), z.string().regex(/^(?:true|false|0|1)$/i)])
  .transform((flag) => /^(?:true|1)$/i.test(String(flag)));

/** Body of POST /api/segment. snake_case, as the original had it; new fields follow suit. */
export const SegmentRequest = z
  .object({
    case_id: z.string().describe('A case from GET /api/cases, or an uploaded one.'),
    fast_mode: z
      .union([z.boolean(), FlagInWords])
      .default(true)
      .describe(
        'For DeepISLES where no preset is named: true is its preset `fast` (one model), false its preset `auto` (three where there is a FLAIR). Other engines do not look at it.',
      ),
    engine: z
      .string()
      .max(200)
      .nullish()
      .describe(
        'Id from GET /api/engines, or two to five of them joined by `+`, such as `diffusion+lab-stroke`: an ensemble. The default engine if absent.',
      ),
    preset: z
      .string()
      .max(64)
      .nullish()
      .describe(
        'One of the engine’s presets; its first if absent. Of an ensemble how its masks are joined: `majority`, `union` or `staple`.',
      ),
    options: z
      .array(z.string().max(100))
      .max(32)
      .default([])
      .describe(
        'Ids of the engine’s options to enable; none if absent. Of an ensemble also options and presets of its parts, as `part:option`.',
      ),
    force: z
      .boolean()
      .default(false)
      .describe(
        'Run again even if the same case was already completed with the same engine, preset and options.',
      ),
    priority: z
      .enum(['interactive', 'batch'])
      .default('interactive')
      .describe('batch yields to interactive jobs.'),
    submission_key: z
      .string()
      .regex(/^[A-Za-z0-9_-]{22,64}$/, 'at least 128 random bits, such as a UUID')
      .nullish()
      .describe(
        'A random key chosen by the client. A request repeated with the same key, because no response arrived, creates no second job.',
      ),
  })
  .meta({ id: 'SegmentRequest' });
export type SegmentRequest = z.input<typeof SegmentRequest>;

export const SegmentAccepted = z
  .object({
    jobId: JobId,
    status: z
      .enum(['pending', 'completed'])
      .describe('completed: an identical run already exists; see `force`.'),
    message: z.string(),
  })
  .meta({ id: 'SegmentAccepted' });
export type SegmentAccepted = z.infer<typeof SegmentAccepted>;

/** A further map of the engine's on the DWI's grid: what one of its models marked, or how many marked it. */
export const JobOverlay = OverlayReport.omit({ sha256: true })
  .extend({ url: z.string() })
  .meta({ id: 'JobOverlay' });
export type JobOverlay = z.infer<typeof JobOverlay>;

/** A finished job's result: the original's fields first, then what came beside them. */
export const JobResult = z
  .object({
    caseId: CaseId,
    diceScore: z.number().nullable(),
    volumeMl: z.number().nullable().describe('Rounded to 2 decimals; `report` has full precision.'),
    elapsedSeconds: z.number(),
    dwiUrl: z.string(),
    predictionUrl: z.string(),
    warning: z.string().nullable(),
    adcUrl: z.string(),
    flairUrl: z.string().nullable(),
    referenceUrl: z.string().nullable(),
    reportUrl: z.string(),
    overlays: z.array(JobOverlay).describe('Empty if the engine produced none.'),
    brainUrl: z.string().nullable().default(null).describe('The engine’s brain mask; null if it makes none.'),
    missedUrl: z
      .string()
      .nullable()
      .default(null)
      .describe('Candidates that the mask may have missed; null if there are none.'),
    probabilityUrl: z
      .string()
      .nullable()
      .default(null)
      .describe(
        'How probable a lesion is at each voxel of the DWI (0–1); null if the engine has no such map, or was not asked for it (its option `probability`).',
      ),
    atlas: z
      .object({
        territoriesUrl: z.string().describe('Territories of the atlas, on the grid of the DWI.'),
        mni: z
          .object({ maskUrl: z.string(), sideCarUrl: z.string(), transformUrl: z.string() })
          .nullable()
          .describe(
            'The mask in MNI152NLin6Asym at 1 mm, and its transforms; null if the atlas fits poorly.',
          ),
      })
      .nullable()
      .optional()
      .describe('Result of the atlas registration; null if there was no atlas.'),
    zipUrl: z.string().describe('Mask, report and images in a ZIP file.'),
    report: Report,
  })
  .meta({ id: 'JobResult' });
export type JobResult = z.infer<typeof JobResult>;

export const Job = z
  .object({
    jobId: JobId,
    status: JobStatus,
    progress: z.int().min(0).max(100),
    progressMessage: z.string(),
    elapsedSeconds: z.number().nullable().describe('Since the run started; 0 while pending.'),
    result: JobResult.nullable(),
    error: z.string().nullable(),
    caseId: CaseId,
    engine: z.string(),
    preset: z.string(),
    options: z.array(z.string()),
    stage: z.string().nullable().describe('Id of the engine’s current stage.'),
    problem: Problem.nullable().describe('The error with its code and what to do; null unless failed.'),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    revision: RevisionSummary.nullable()
      .default(null)
      .describe('What the last reader made of the result; null while it is the engine’s own.'),
    expiresAt: z
      .string()
      .nullable()
      .describe('When job and files are deleted; null: not finished, or never.'),
    queuePosition: z.int().nullable().describe('Jobs ahead of this one, 0 if none; null unless pending.'),
    estimatedWaitSeconds: z
      .number()
      .nullable()
      .describe('From measured run times; null unless pending, or if nothing was measured.'),
  })
  .meta({ id: 'Job' });
export type Job = z.infer<typeof Job>;
