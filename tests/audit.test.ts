import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/audit.md'), 'utf8');
const rows = page.split('\n').filter((line) => /^\|(?! ?-)/.test(line));
/** The tests of a row: file and part of a title. */
const testsOf = (row: string) =>
  [...row.matchAll(/`((?:packages|tests)\/[^`]+\.(?:test|spec)\.ts)` ([^·|]+)/g)].map(([, file, title]) => ({
    file,
    title: title.trim(),
  }));

it('the audit names nothing but tests that exist', () => {
  const missing = rows.flatMap(testsOf).filter(({ file, title }) => {
    const path = join(root, file);
    return (
      title === '' || !existsSync(path) || !readFileSync(path, 'utf8').replace(/\s+/g, ' ').includes(title)
    );
  });
  expect(missing).toEqual([]);
});

it('every line of the audit has a test, and all nine findings are there', () => {
  const heads = /^\| (finding|check|what|defect of the original) \|/;
  const bare = rows.filter((row) => !heads.test(row) && testsOf(row).length === 0);
  expect(bare).toEqual([]);
  for (let finding = 1; finding <= 9; finding++) expect(page).toContain(`| BUG-00${finding} `);
});
