import { stringify } from 'yaml';
import { z } from 'zod';

const Colour = z.enum(['red', 'yellow', 'green', 'blue', 'indigo', 'purple', 'pink', 'gray']);
const common = {
  title: z.string().min(1),
  emoji: z.string().regex(/^\p{Extended_Pictographic}$/u),
  colorFrom: Colour,
  colorTo: Colour,
  pinned: z.boolean(),
  license: z.literal('apache-2.0'),
  short_description: z.string().max(60),
};
const Isolation = z.enum(['require-corp', 'credentialless', 'unsafe-none']);

/** What stands at the head of a Space's README. Source: Spaces Configuration Reference of Hugging Face. */
export const FrontMatter = z.discriminatedUnion('sdk', [
  z.strictObject({
    ...common,
    sdk: z.literal('static'),
    app_file: z.string(),
    custom_headers: z.strictObject({
      'cross-origin-embedder-policy': Isolation,
      'cross-origin-opener-policy': z.enum(['same-origin', 'same-origin-allow-popups', 'unsafe-none']),
      'cross-origin-resource-policy': z.enum(['same-site', 'same-origin', 'cross-origin']),
    }),
  }),
  z.strictObject({
    ...common,
    sdk: z.literal('docker'),
    app_port: z.int().min(1).max(65_535),
    suggested_hardware: z.enum(['cpu-basic', 'cpu-upgrade', 't4-small', 't4-medium', 'l4x1', 'a10g-small']),
  }),
]);

export function frontMatter(values: z.infer<typeof FrontMatter>): string {
  return `---\n${stringify(FrontMatter.parse(values))}---\n`;
}
