import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleReport } from '../packages/report/test/sample-report.ts';
import { writeLargeCohort } from './large-cohort.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'atoll-cohort-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** MiB at most that a process took which wrote the page of so many cases. */
function memoryFor(count: number): number {
  const script = join(import.meta.dirname, 'cohort-writer.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, root, String(count)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

describe('the page of 500 cases', () => {
  it('has a row, a thumbnail and the readers of each, and takes the memory of a few', async () => {
    await writeLargeCohort(root, 500, sampleReport());
    const few = memoryFor(20);
    const all = memoryFor(500);
    // The masks of 500 cases and two readers take 290 MiB unpacked.
    expect(all - few).toBeLessThan(120);
    const page = readFileSync(join(root, 'group.html'), 'utf8');
    expect(page.match(/loading="lazy"/g)).toHaveLength(500);
    expect(page).toContain('500 of 500 reviewed');
    expect(page).toContain('anna and ben');
    expect(statSync(join(root, 'group.html')).size).toBeLessThan(1_500_000);
  });
});
