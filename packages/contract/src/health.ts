import { z } from 'zod';

export const Health = z
  .object({
    status: z.literal('healthy'),
    service: z.string(),
    version: z.string(),
    features: z.array(z.string()),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;
