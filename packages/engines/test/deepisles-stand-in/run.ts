/** `docker run` of the stand-in: a client, and a container that outlives it. */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const args = process.argv.slice(3);
const state = process.env.STANDIN ?? '';
const value = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const imageAt = args.findIndex((arg) => !arg.startsWith('-') && arg !== 'run');
const name = value('name') ?? '';
// A line of CSV; the tests' folders need no quotes.
const source = /source=([^,]+)/.exec(value('mount') ?? '')?.[1] ?? '';

const folder = join(state, 'containers', name);
mkdirSync(folder);
const container = spawn(
  process.execPath,
  [join(import.meta.dirname, 'main.ts'), source, ...args.slice(imageAt + 1)],
  { detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
);
writeFileSync(join(folder, 'pid'), String(container.pid));
writeFileSync(join(state, 'client'), String(process.pid));
writeFileSync(join(folder, 'label'), value('label') ?? '');
container.stdout.pipe(process.stdout);
container.stderr.pipe(process.stderr);
container.once('close', (code) => {
  rmSync(folder, { recursive: true, force: true }); // --rm
  process.exitCode = code ?? 137;
});
