import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const atoll = join(import.meta.dirname, '../bin/atoll.js');
const check = join(import.meta.dirname, '../bin/check-node.js');

describe('a Node that is too old', () => {
  it('is told from the right one, with the cure', () => {
    const as = (version: string) =>
      spawnSync(
        process.execPath,
        [
          '-e',
          `Object.defineProperty(process.versions, 'node', { value: '${version}' }); import('${check}')`,
        ],
        { encoding: 'utf8' },
      );
    expect(as('24.1.0')).toMatchObject({ status: 0, stderr: '' });
    const old = as('20.19.2');
    expect(old.status).toBe(1);
    expect(old.stderr).toContain('this is Node 20.19.2');
    expect(old.stderr).toContain('npx atoll');
    expect(old.stderr).toContain('--omit=dev');
  });

  const system = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => existsSync(path)) ?? null;
  const version = system === null ? '' : spawnSync(system, ['--version'], { encoding: 'utf8' }).stdout;
  const isOld = /^v(1[89]|2[0-3])\./.test(version);

  it.skipIf(!isOld)('that the system really has ends the command line with that sentence alone', () => {
    const { status, stderr, stdout } = spawnSync(system ?? '', [atoll, 'serve'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Atoll runs on Node 24, and this is Node 2\d\.[^\n]*\n$/);
  });
});
