import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listSettings } from '@atoll/instance/settings';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** tests/containers builds and runs them; here they are read, which can be done everywhere. */
describe('the files for Docker (read, not run)', () => {
  it('copy only what is there', () => {
    const copies = [...read('deploy/Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)];
    expect(copies.length).toBeGreaterThan(0);
    for (const [, sources] of copies) {
      for (const source of sources.split(' ')) expect(existsSync(join(root, source)), source).toBe(true);
    }
    expect(existsSync(join(root, 'packages/cli/bin/atoll.js'))).toBe(true);
  });

  it('set only what Atoll knows', () => {
    const known = listSettings().map(({ name }) => name);
    const named = `${read('deploy/compose.yaml')}${read('deploy/Dockerfile')}`.match(/ATOLL_[A-Z0-9_]+/g);
    expect(named).not.toBeNull();
    for (const name of named ?? []) expect(known).toContain(name);
  });
});
