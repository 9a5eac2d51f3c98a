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
      .describe('GET /health only: how many jobs wait and run now; absent while the queue does not answer.'),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;

/** One thing that jobs need. */
const Check = z.object({
  name: z.enum(['database', 'workers', 'storage', 'engines']),
  ok: z.boolean(),
  detail: z.string(),
  action: z.string().nullable().describe('What to do; null where all is well.'),
});

export const Readiness = z
  .object({ ready: z.boolean().describe('Can jobs really run now?'), checks: z.array(Check) })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof Readiness>;
