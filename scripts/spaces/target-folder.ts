import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Says that all beside it was written by this program, and may be written anew. */
const marker = '.atoll-space';

/**
 * Makes a folder ready to be written: new or empty, or one that was written here before, whose history stays.
 * @throws Error when something else is in it.
 */
export function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const entries = readdirSync(folder).filter((name) => name !== '.git');
  if (entries.length > 0 && !existsSync(join(folder, marker))) {
    throw new Error(
      `${folder} holds files that are not of a Space that was written here; choose another --out.`,
    );
  }
  for (const name of entries) rmSync(join(folder, name), { recursive: true });
  writeFileSync(
    join(folder, marker),
    'Written by `npm run deploy:spaces`; changed by hand, it is lost with the next.\n',
  );
}
