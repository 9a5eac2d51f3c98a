import { z } from 'zod';

const Named = z.object({ id: z.string(), title: z.string() });

const EngineInfo = z
  .object({
    id: z.string(),
    version: z.string(),
    title: z.string(),
    description: z.string(),
    presets: z.array(Named.extend({ description: z.string() })),
    options: z
      .array(Named.extend({ description: z.string() }))
      .describe('Switches, off unless the request names them.'),
    stages: z.array(Named),
    citations: z.array(z.string()),
    usable: z.boolean(),
    reason: z.string().nullable().describe('Why it cannot run here; null if it can.'),
    cure: z.string().nullable().describe('What to do about it; null if it can run.'),
  })
  .meta({ id: 'EngineInfo' });

export const EngineList = z
  .object({ engines: z.array(EngineInfo), default: z.string() })
  .meta({ id: 'EngineList' });
export type EngineList = z.infer<typeof EngineList>;
