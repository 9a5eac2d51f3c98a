import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notesOf, setVersion } from '../scripts/set-version.ts';

let root: string;
const write = (file: string, content: unknown) =>
  writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'atoll-version-'));
  for (const room of ['volume', 'dicom']) mkdirSync(join(root, 'packages', room), { recursive: true });
  write('package.json', { name: 'atoll', version: '0.2.0' });
  write('packages/volume/package.json', { name: '@atoll/volume', version: '0.1.0' });
  write('packages/dicom/package.json', {
    name: '@atoll/dicom',
    version: '0.1.0',
    dependencies: { '@atoll/volume': '0.1.0', 'dicom-parser': '1.8.21' },
  });
  mkdirSync(join(root, 'packages/engines/src'), { recursive: true });
  write('packages/engines/src/notice.ts', "export const atollVersion = '0.1.0';\n");
  write('CITATION.cff', 'version: 0.1.0\ndate-released: "2026-11-24"\nlicense: Apache-2.0\n');
  write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.1.0 - 2026-11-24\n\n- First.\n');
});
afterEach(() => rmSync(root, { recursive: true }));

describe('a new version', () => {
  it('is every package’s, also in what they ask of each other, and the changelog’s', () => {
    expect(setVersion(root, '2026-12-01')).toBe('0.2.0');
    expect(JSON.parse(read('packages/volume/package.json')).version).toBe('0.2.0');
    expect(JSON.parse(read('packages/dicom/package.json'))).toMatchObject({
      version: '0.2.0',
      dependencies: { '@atoll/volume': '0.2.0', 'dicom-parser': '1.8.21' },
    });
    expect(read('packages/engines/src/notice.ts')).toBe("export const atollVersion = '0.2.0';\n");
    expect(read('CITATION.cff')).toBe('version: 0.2.0\ndate-released: "2026-12-01"\nlicense: Apache-2.0\n');
    const changelog = read('CHANGELOG.md');
    expect(changelog).toContain('## Unreleased\n\n## 0.2.0 - 2026-12-01\n\n- New.');
    expect([notesOf(changelog, '0.2.0'), notesOf(changelog, '0.1.0')]).toEqual(['- New.', '- First.']);
  });

  it('is refused, and nothing changed, where the changelog has nothing to say of it', () => {
    setVersion(root, '2026-12-01');
    write('package.json', { name: 'atoll', version: '0.3.0' });
    expect(() => setVersion(root, '2026-12-02')).toThrow('Unreleased');
    expect(JSON.parse(read('packages/volume/package.json')).version).toBe('0.2.0');
  });
});
