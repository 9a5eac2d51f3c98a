import { codesMetIn } from '@atoll/errors/catalogue';
import { z } from 'zod';

const codes = [...new Set([...codesMetIn('answer'), ...codesMetIn('job')])].sort();

/**
 * Every error answer. `detail` is the field that the original service had; the others came beside it.
 */
export const Problem = z
  .object({
    detail: z.string().describe('What went wrong, in a sentence.'),
    code: z
      .string()
      .describe(
        `Stable code, such as CASE_UNKNOWN. There may be more in later versions: ${codes.join(', ')}.`,
      ),
    action: z.string().describe('What to do next.'),
    issues: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('For an invalid request: which fields are invalid.'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
