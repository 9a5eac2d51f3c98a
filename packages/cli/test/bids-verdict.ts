import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ensureBidsValidator } from '../../../scripts/bids-validator.ts';

const Validator = z.object({
  fileListToTree: z.function({ input: [z.array(z.instanceof(File))], output: z.promise(z.unknown()) }),
  validate: z.function({ input: [z.unknown(), z.unknown()], output: z.promise(z.unknown()) }),
});
const Result = z.object({
  issues: z.object({
    issues: z.array(z.object({ severity: z.string(), code: z.string(), location: z.string().optional() })),
  }),
  summary: z.object({ totalFiles: z.number(), subjects: z.array(z.string()), sessions: z.array(z.string()) }),
});

export type Verdict = z.infer<typeof Result>['summary'] & {
  /** `CODE location`, one for each error. */
  readonly errors: readonly string[];
};

/** What the validator of BIDS itself says of a folder. */
export async function bidsVerdict(root: string): Promise<Verdict> {
  const { fileListToTree, validate } = Validator.parse(await import(ensureBidsValidator()));
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const files = paths
    .filter((path) => statSync(join(root, path)).isFile())
    .map((path) => {
      const file = new File([readFileSync(join(root, path))], path.split('/').at(-1) ?? path);
      // As a browser gives the files of a folder that was picked.
      return Object.defineProperty(file, 'webkitRelativePath', { value: `data/${path}` });
    });
  const options = { datasetPath: '/', debug: 'ERROR', datasetTypes: [], blacklistModalities: [] };
  const { issues, summary } = Result.parse(await validate(await fileListToTree(files), options));
  const errors = issues.issues
    .filter(({ severity }) => severity === 'error')
    .map(({ code, location = '' }) => `${code} ${location}`);
  return { ...summary, errors };
}
