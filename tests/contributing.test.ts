import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '..');
const pages = ['CONTRIBUTING.md', 'SECURITY.md', 'README.md', 'CHANGELOG.md'];
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('what is written for whoever carries on', () => {
  it.each(pages)('leads in %s only to files that are there', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link);
    const paths = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('names in its commands files of tests, and commands of npm, that are there', () => {
    const text = read('CONTRIBUTING.md');
    const files = [...text.matchAll(/(?:packages|tests)\/[\w./-]+\.(?:test|spec)\.ts/g)].map(
      ([file]) => file,
    );
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')));
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
