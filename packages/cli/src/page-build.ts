import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

type PageBuild = {
  /** Where the built page lies. */
  readonly folder: string;
  /** Builds it. */
  readonly script: string;
  readonly say: (line: string) => void;
};

/** Where the built page lies. */
export const pageFolder = join(root, 'packages/viewer/dist');

const usual: PageBuild = {
  folder: pageFolder,
  script: join(root, 'scripts/build-page.ts'),
  say: (line) => process.stderr.write(`${line}\n`),
};

/**
 * Has the page built where it never was, in a process of its own: what builds it takes more memory than what serves
 * it. Where it cannot be built (without the packages for development), it says so, and the API is served alone.
 */
export async function havePage({ folder, script, say }: PageBuild = usual): Promise<boolean> {
  const page = join(folder, 'index.html');
  if (existsSync(page)) return true;
  say('Building the viewer (first start only; takes about half a minute).');
  // What it prints is no answer of this command.
  const build = spawn(process.execPath, [script], { stdio: ['ignore', 2, 'pipe'] });
  let lastWords = '';
  build.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = `${lastWords}${text}`.slice(-2000);
  });
  const ended = await once(build, 'close').catch((thrown: unknown) => [thrown]);
  if (ended[0] === 0 && existsSync(page)) return true;
  if (lastWords !== '') say(lastWords.trimEnd());
  say('The page could not be built, so only the API is served. To build it: npm ci && npm run build');
  return false;
}
