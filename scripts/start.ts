/** `npm start`: builds the page if it changed, then serves page and API. Options go to `atoll serve`. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildPage } from './build-page.ts';

const atoll = join(import.meta.dirname, '../packages/cli/bin/atoll.js');

await buildPage();
const server = spawn(process.execPath, [atoll, 'serve', ...process.argv.slice(2)], {
  stdio: 'inherit',
  // Said here already, the service need not replace itself: packages/cli/bin/give-memory-back.js.
  env: { MALLOC_MMAP_THRESHOLD_: '131072', ...process.env },
});
// The terminal sends Ctrl-C to the whole group; a process manager only to us.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 0);
});
