import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInstance } from '@atoll/instance/instance';
import { readSettings } from '@atoll/instance/settings';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-sources-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sourcesWith = (env: Record<string, string>) =>
  openInstance(readSettings({ ATOLL_DATA_DIR: join(folder, 'data'), ...env })).cases;

describe('the sources of cases', () => {
  it('are the phantoms alone unless something is set: nothing is asked of any network', async () => {
    const { cases, sources } = await sourcesWith({}).survey();
    expect(sources.map(({ id }) => id)).toEqual(['example', 'phantom']);
    expect(new Set(cases.map(({ source }) => source))).toEqual(new Set(['phantom']));
  });

  it('are also a BIDS folder and a data set of the hub, and the rest stands when both are out of reach', async () => {
    const { cases, sources } = await sourcesWith({
      ATOLL_BIDS_DIR: join(folder, 'nowhere'),
      ATOLL_HUB_DATASET: 'hugging-science/isles24-stroke',
      ATOLL_HUB_ENDPOINT: 'https://127.0.0.1:9',
    }).survey();
    expect(cases.length).toBeGreaterThan(0);
    expect(sources.map(({ id, ok }) => [id, ok])).toEqual([
      ['bids', false],
      ['hub', true],
      ['example', true],
      ['phantom', true],
    ]);
    expect(sources[0].problem).toContain('cannot be read');
    // It is still trying.
    expect(sources[1].problem).toContain('still loading');
  });

  it('are answered by the API, and their problems are logged once and without names', async () => {
    const bids = join(folder, 'bids');
    mkdirSync(join(bids, 'sub-jane_doe/dwi'), { recursive: true });
    for (const role of ['dwi', 'adc']) {
      mkdirSync(join(bids, 'sub-01/dwi'), { recursive: true });
      writeFileSync(join(bids, `sub-01/dwi/sub-01_${role}.nii.gz`), 'x');
    }
    const parts = memoryParts({ ATOLL_LOG_LEVEL: 'info', ATOLL_LOG_FORMAT: 'json' });
    const lines: string[] = [];
    const write = process.stderr.write;
    process.stderr.write = (chunk) => lines.push(String(chunk)) > 0;
    try {
      const server = await buildServer({ ...parts, cases: sourcesWith({ ATOLL_BIDS_DIR: bids }) });
      const answer = await server.inject('/api/cases');
      await server.inject('/api/cases');
      await server.close();
      expect(answer.json().cases).toContain('sub-01');
      expect(answer.json().sources[0].problem).toContain('1 subject skipped');
    } finally {
      process.stderr.write = write;
    }
    const told = lines.filter((line) => line.includes('skipped'));
    expect(told).toHaveLength(1);
    expect(told[0]).not.toContain('jane');
    expect(told[0]).not.toContain(bids);
  });
});
