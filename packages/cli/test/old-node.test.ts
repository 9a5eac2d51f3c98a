import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

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
    expect(old.stderr).toContain('--omit=dev');
  });
});
