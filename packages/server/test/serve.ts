/** `atoll serve` without its command line, for tests that need the service as a process of its own. */
import { AtollError } from '@atoll/errors/error';
import { readSettings } from '@atoll/instance/settings';
import { startServer } from '../src/start.ts';

try {
  await startServer(readSettings(process.env));
} catch (thrown) {
  process.stderr.write(`${thrown instanceof AtollError ? thrown.code : thrown}\n`);
  process.exitCode = 1;
}
