import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvFile } from '../bin/env-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-env-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a file .env', () => {
  it('gives settings that the environment does not have, and nothing that is no setting of Atoll', () => {
    const file = join(folder, '.env');
    writeFileSync(
      file,
      '# a comment\nATOLL_PORT=7001\nATOLL_ORIGINS="https://a.example.org"\n#ATOLL_HOST=::\nPATH=/tmp/evil\nNODE_OPTIONS=--inspect\n',
    );
    const env: NodeJS.ProcessEnv = { ATOLL_PORT: '7002', PATH: '/usr/bin' };
    expect(readEnvFile(file, env)).toBeNull();
    expect(env).toEqual({ ATOLL_PORT: '7002', PATH: '/usr/bin', ATOLL_ORIGINS: 'https://a.example.org' });
  });

  it('may be missing, and is not passed over in silence where it cannot be read', () => {
    const file = join(folder, '.env');
    expect(readEnvFile(file, {})).toBeNull();
    mkdirSync(file);
    expect(readEnvFile(file, {})).toMatch(/cannot be read/);
  });
});
