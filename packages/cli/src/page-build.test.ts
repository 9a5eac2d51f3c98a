import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { havePage } from './page-build.ts';

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-page-build-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A build that does just this. */
function build(code: string) {
  const script = join(folder, 'build.mjs');
  writeFileSync(script, `import { writeFileSync } from 'node:fs';\n${code}`);
  return { folder, script, say: (line: string) => said.push(line) };
}

describe('the page that is served', () => {
  it('is built where it never was, and not again', async () => {
    const page = JSON.stringify(join(folder, 'index.html'));
    const once = build(`writeFileSync(${page}, 'page', { flag: 'wx' });`);
    expect(await havePage(once)).toBe(true);
    expect(said).toEqual([expect.stringContaining('Building the viewer')]);
    expect(await havePage(once)).toBe(true);
    expect(said).toHaveLength(1);
  });

  it('is done without where it cannot be built, with the reason and the cure', async () => {
    expect(await havePage(build("throw new Error('Cannot find package vite');"))).toBe(false);
    expect(said.join('\n')).toContain('Cannot find package vite');
    expect(said.at(-1)).toContain('npm ci && npm run build');
  });
});
