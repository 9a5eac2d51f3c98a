import { z } from 'zod';

const Named = z.object({ id: z.string(), title: z.string() });

export const EngineInfo = z
  .object({
    id: z.string(),
    version: z.string(),
    title: z.string(),
    description: z.string(),
    presets: z.array(Named.extend({ description: z.string() })),
    options: z
      .array(Named.extend({ description: z.string() }))
      .describe('Switches that are off unless a request names them.'),
    stages: z.array(Named),
    citations: z.array(z.string()),
    usable: z.boolean(),
    reason: z.string().nullable().describe('Why it cannot run here; null when it can.'),
    cure: z.string().nullable().describe('What to do so that it can; null when it can.'),
  })
  .meta({ id: 'EngineInfo' });
export type EngineInfo = z.infer<typeof EngineInfo>;

export const EngineList = z
  .object({ engines: z.array(EngineInfo), default: z.string() })
  .meta({ id: 'EngineList' });
export type EngineList = z.infer<typeof EngineList>;
