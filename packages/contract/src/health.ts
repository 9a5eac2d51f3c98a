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
      .describe('GET /health only: how many jobs wait and run now.'),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;
