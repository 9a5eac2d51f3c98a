import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';

const program = join(import.meta.dirname, '../test/collected-database.ts');
const Peaks = z.object({ before: z.number(), after: z.number() });

it('a database that works on after all memory was collected takes no more than it did before', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program]);
  const { before, after } = Peaks.parse(JSON.parse(stdout));
  // Its code, compiled anew by the second compiler, takes 250 MB and more.
  expect(after - before).toBeLessThan(100);
}, 120_000);
