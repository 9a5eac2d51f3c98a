import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { analyse } from 'scslre';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const packages = join(root, 'packages');

const sources = readdirSync(packages, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^[^/]+\/src\/.*\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
  .map((path) => join(packages, path));

type Found = { readonly file: string; readonly literals: readonly RegExp[]; readonly made: number };

/** Every regular expression that a source holds, and how many it puts together itself. */
function expressionsOf(path: string): Found {
  const literals: RegExp[] = [];
  let made = 0;
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (node instanceof RegExp) literals.push(node);
    else if ('callee' in node && isRegExp(node.callee)) made++;
    for (const part of Object.values(node)) visit(part);
  };
  visit(parseSync(path, readFileSync(path, 'utf8')).program);
  return { file: relative(root, path), literals, made };
}

function isRegExp(callee: unknown): boolean {
  return typeof callee === 'object' && callee !== null && 'name' in callee && callee.name === 'RegExp';
}

const all = sources.map(expressionsOf);

/** What of a pattern takes time that grows faster than the text does; the library tells three kinds apart. */
const slow = (pattern: RegExp) => analyse(pattern).reports.map(({ type }) => `${type}: ${pattern}`);

describe('the regular expressions', () => {
  it('take time in proportion to the text, whatever it is', () => {
    expect(all.reduce((sum, { literals }) => sum + literals.length, 0)).toBeGreaterThan(100);
    const found = all.flatMap(({ file, literals }) =>
      literals.flatMap(slow).map((what) => `${file}: ${what}`),
    );
    expect(found).toEqual([]);
  });

  it('are written down where they can be looked at, not put together at run time', () => {
    // One has a control character in it, which may not stand in a literal; the other lists fixed words of the field.
    const known = ['packages/dicom/src/seg/text.ts', 'packages/intake/src/words.ts'];
    expect(
      all
        .filter(({ made }) => made > 0)
        .map(({ file }) => file)
        .toSorted(),
    ).toEqual(known);
  });

  it.each([/\s+$/, /^(a+)+$/, /^\s*(\w+)\s*=\s*(.*?)\s*$/])(
    'would be found out if they did not: %s',
    (pattern) => {
      expect(slow(pattern)).not.toEqual([]);
    },
  );
});
