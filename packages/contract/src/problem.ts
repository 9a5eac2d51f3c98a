import { z } from 'zod';

/**
 * Every error answer. `detail` is the field that the original service had; the others came beside it.
 */
export const Problem = z
  .object({
    detail: z.string().describe('What went wrong, a sentence for people.'),
    code: z.string().describe('Stable code from the catalogue of errors, such as CASE_UNKNOWN.'),
    action: z.string().describe('What to do next.'),
    issues: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('For an invalid request: which fields are wrong.'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
