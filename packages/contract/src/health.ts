import { z } from 'zod';

export const Health = z
  .object({
    status: z.literal('healthy'),
    service: z.string(),
    version: z.string(),
    features: z.array(z.string()),
    engines: z
      .array(z.object({ id: z.string(), usable: z.boolean(), reason: z.string().nullable() }))
      .optional()
      .describe('GET /health only: which engines can run here, and why the others cannot.'),
    jobs: z
      .object({ pending: z.int(), running: z.int() })
      .optional()
      .describe(
        'GET /health only: how many jobs are waiting and running; absent while the queue is not responding.',
      ),
    results: z
      .object({
        keptSeconds: z.int().nullable().describe('How long a finished job is kept; null: forever.'),
        lossReason: z
          .string()
          .nullable()
          .describe(
            'Why results may be lost earlier, when the machine restarts; null if storage is persistent.',
          ),
      })
      .optional()
      .describe('GET /health only: how long results last.'),
    jobs_in_memory: z.int().optional().describe('The original service’s name for waiting or running jobs.'),
    results_dir: z.string().optional().describe('Always `results`: no path is disclosed.'),
    results_dir_exists: z.boolean().optional(),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;

/** One thing that jobs need. */
const Check = z.object({
  name: z.enum(['database', 'workers', 'storage', 'engines']),
  ok: z.boolean(),
  detail: z.string(),
  action: z.string().nullable().describe('What to do; null if all is well.'),
});

/** What the machine offers to engines; where something is missing, why. */
const Machine = z.object({
  cores: z.int(),
  memoryBytes: z.number(),
  freeMemoryBytes: z.number(),
  gpus: z.array(
    z.object({
      index: z.int(),
      name: z.string(),
      memoryMegabytes: z.number().describe('0 where the GPU does not say.'),
      freeMegabytes: z.number(),
      driver: z.string(),
    }),
  ),
  gpuReason: z.string().nullable().describe('Why there is no GPU to use; null where there is one.'),
  containers: z
    .object({ runtime: z.enum(['docker', 'podman', 'apptainer']), version: z.string() })
    .nullable(),
  containersReason: z.string().nullable(),
  isDeepIslesImage: z.boolean().describe('Whether Atoll runs inside the DeepISLES container image.'),
});

export const Readiness = z
  .object({
    ready: z.boolean().describe('Can jobs really run now?'),
    checks: z.array(Check),
    machine: Machine,
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof Readiness>;
