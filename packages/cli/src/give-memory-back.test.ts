import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const atoll = join(import.meta.dirname, '../bin/atoll.js');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-memory-'));
  // Says at each start of Node which size this process has been told, and which process it is.
  writeFileSync(
    join(folder, 'tell.cjs'),
    "process._rawDebug('told', process.env.MALLOC_MMAP_THRESHOLD_, 'in', process.pid);",
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @returns what was told, one for each start. */
async function starts(args: readonly string[], env: Record<string, string> = {}): Promise<string[]> {
  const { MALLOC_MMAP_THRESHOLD_: _, ...others } = process.env;
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['--require', join(folder, 'tell.cjs'), atoll, ...args],
    { env: { ...others, ...env } },
  );
  return stderr.split('\n').filter((line) => line.startsWith('told '));
}

describe.skipIf(process.platform !== 'linux')('a service on Linux', () => {
  it.each(['serve', 'worker'])('(%s) has glibc give large arrays back, as the same process', async (name) => {
    const [first, second, ...more] = await starts([name, '--help']);
    expect(first).toMatch(/^told undefined in /);
    expect(second).toBe(first.replace('undefined', '131072'));
    expect(more).toEqual([]);
  });

  it('starts once where the size is set already, whatever it is', async () => {
    const told = await starts(['serve', '--help'], { MALLOC_MMAP_THRESHOLD_: '262144' });
    expect(told).toEqual([expect.stringMatching(/^told 262144 in /)]);
  });

  it('other commands start once', async () => {
    expect(await starts(['--version'])).toHaveLength(1);
  });
});
