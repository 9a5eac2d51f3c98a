import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createClient } from '@atoll/contract/client';
import { readSettings } from '@atoll/instance/settings';
import { makePhantomFiles } from '@atoll/phantom/case-files';
import { phantomCases } from '@atoll/phantom/specs';
import { startServer } from '@atoll/server/start';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveDataset, writeShard } from '../packages/cases/test/hub-dataset.ts';
import { RangeServer } from '../packages/cases/test/range-server.ts';
import { hasRealData, realData } from '../packages/cli/test/real-data.ts';
import { type Ended, runAtoll } from '../packages/cli/test/run-atoll.ts';

/** A negative x axis with the lesion on the right, and an oblique grid with the lesion on the right. */
const made = ['phantom-deep-right', 'phantom-oblique-right'] as const;
const dataset = 'hugging-science/isles24-stroke';
const revision = '9707a7fca6d3dd1a690de010ec4aed06bdcd0417';

const scratch = mkdtempSync(join(tmpdir(), 'atoll-cases-'));
const bids = join(scratch, 'bids');
const hub = new RangeServer();
const files = new RangeServer();
let phantoms: Awaited<ReturnType<typeof makePhantomFiles>>[] = [];

beforeAll(async () => {
  await Promise.all([hub.start(), files.start()]);
  phantoms = await Promise.all(
    made.map((id) => {
      const found = phantomCases.find((each) => each.id === id);
      if (found === undefined) throw new Error(`${id} is gone`);
      return makePhantomFiles(found.spec);
    }),
  );
  for (const [at, { dwi, adc, reference }] of phantoms.entries()) {
    const stem = `sub-${at + 1}/ses-1`;
    put(`${stem}/dwi/sub-${at + 1}_ses-1_dwi.nii.gz`, dwi);
    put(`${stem}/dwi/sub-${at + 1}_ses-1_adc.nii.gz`, adc);
    put(`derivatives/${stem}/sub-${at + 1}_ses-1_msk.nii.gz`, reference);
  }
});

afterAll(async () => {
  await Promise.all([hub.stop(), files.stop()]);
  rmSync(scratch, { recursive: true, force: true });
});

beforeEach(() => {
  hub.forget();
  files.forget();
});

function put(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(join(bids, path)), { recursive: true });
  writeFileSync(join(bids, path), content);
}

const env = { ATOLL_DATA_DIR: join(scratch, 'data') };
const atoll = (...args: string[]): Promise<Ended> => runAtoll(args, { env });

mkdirSync(env.ATOLL_DATA_DIR, { recursive: true });

describe('a BIDS folder on the command line', () => {
  it('is listed, run whole, and gone on with', async () => {
    put('sub-3/ses-1/dwi/sub-3_ses-1_dwi.nii.gz', 'no image');
    put('sub-3/ses-1/dwi/sub-3_ses-1_adc.nii.gz', 'no image');
    const listed = await atoll('cases', '--bids', bids, '--json');
    expect(listed.code).toBe(0);
    const ids = JSON.parse(listed.stdout).map(({ id }: { id: string }) => id);
    expect(ids).toEqual(expect.arrayContaining(['sub-1_ses-1', 'sub-2_ses-1', 'phantom-large-left']));

    const out = join(scratch, 'masks');
    const first = await atoll('segment', '--bids', bids, '--out', out, '--jobs', '2');
    expect(first.code).toBe(1);
    expect(first.stdout).toContain('2 of 3 cases done');
    expect(first.stdout).toMatch(/1 failed:\n {2}sub-3_ses-1: DWI: .*\[IMAGE_NOT_NIFTI\]/);
    expect(first.stderr.match(/^\[\d\/3\] sub-\d_ses-1: /gm)).toHaveLength(3);
    for (const sub of ['1', '2']) {
      const folder = join(out, `sub-${sub}/ses-1/dwi`);
      const report = JSON.parse(
        readFileSync(join(folder, `sub-${sub}_ses-1_desc-lesion_report.json`), 'utf8'),
      );
      expect(report.lesions[0].side).toBe('right');
      expect(report.metrics.dice).toBeGreaterThan(0.7);
    }

    rmSync(join(bids, 'sub-3'), { recursive: true });
    const again = await atoll('segment', '--bids', bids, '--out', out, '--json');
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({
      done: 2,
      kept: 2,
      failed: 0,
      cases: [{ case: 'sub-1_ses-1', status: 'done' }, { case: 'sub-2_ses-1' }],
    });
  });

  it('stops at Ctrl-C with exit 130, and leaves nothing half-written', async () => {
    const out = join(scratch, 'stopped');
    const args = ['segment', '--bids', bids, '--out', out];
    const ended = await runAtoll(args, { env, killAfterText: '[1/2]' });
    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain('run the same command to continue');
    const names = readdirSync(out, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(names.filter((name) => name.endsWith('_desc-lesion_mask.nii.gz'))).toHaveLength(1);
  });

  it('is wrong usage together with single files, and an error when it is not there', async () => {
    expect((await atoll('segment', '--bids', bids, '--dwi', 'a', '--out', 'b')).code).toBe(2);
    expect((await atoll('segment', '--bids', bids, '--out', bids)).code).toBe(2);
    expect((await atoll('segment', '--case', 'a', '--jobs', '2', '--out', 'b')).code).toBe(2);
    const missing = await atoll('segment', '--bids', join(scratch, 'none'), '--out', join(scratch, 'o'));
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('[FILE_UNREADABLE]')]);
    const empty = await atoll('segment', '--bids', join(scratch, 'data'), '--out', join(scratch, 'o'));
    expect([empty.code, empty.stderr]).toEqual([
      1,
      expect.stringContaining('no session with both DWI and ADC'),
    ]);
    const listed = await atoll('cases', '--bids', join(scratch, 'none'));
    expect([listed.code, listed.stderr]).toEqual([1, expect.stringContaining('BIDS folder')]);
    expect(listed.stdout).toContain('phantom-large-left');
  });
});

describe('the served cases', () => {
  it('of the hub and of a BIDS folder are shown and run; what the page fetched, the job need not', async () => {
    const { dwi, adc, reference } = phantoms[1];
    const row = { id: 'sub-stroke0001', dwi, adc, mask: reference, ct: new Uint8Array(5e6) };
    const shard = writeShard([row], { codec: 'UNCOMPRESSED', rowGroupSize: 1, pageSize: 1 << 20 });
    serveDataset(hub, files, { dataset, revision }, [shard]);
    const running = await startServer(
      readSettings({
        ATOLL_DATA_DIR: join(scratch, 'served'),
        ATOLL_PORT: '0',
        ATOLL_LOG_LEVEL: 'silent',
        ATOLL_BIDS_DIR: bids,
        ATOLL_HUB_DATASET: dataset,
        ATOLL_HUB_ENDPOINT: hub.url,
      }),
    );
    try {
      const client = createClient(running.url);
      const { cases, details, sources } = await client.listCases();
      expect(cases).toEqual(expect.arrayContaining(['sub-1_ses-1', 'sub-stroke0001', 'phantom-large-left']));
      expect(sources.map(({ id, problem }) => [id, problem])).toEqual(
        ['bids', 'hub', 'example', 'phantom'].map((id) => [id, null]),
      );
      const images = details.find(({ id }) => id === 'sub-stroke0001')?.imageUrls;
      const shown = await fetch(images?.dwi ?? '');
      expect(Buffer.compare(Buffer.from(await shown.arrayBuffer()), dwi)).toBe(0);
      const movedBytes = files.sentBytes;
      const { jobId } = await client.segment({ case_id: 'sub-stroke0001' });
      let job = await client.getJob(jobId);
      while (job.status === 'pending' || job.status === 'running') {
        await new Promise((resolve) => setTimeout(resolve, 50));
        job = await client.getJob(jobId);
      }
      expect(job.error).toBeNull();
      expect(job.result?.report.lesions[0]?.side).toBe('right');
      expect(job.result?.diceScore).toBeGreaterThan(0.7);
      expect(files.sentBytes).toBe(movedBytes);
    } finally {
      await running.close();
    }
  });
});

describe('atoll cases fetch-example', () => {
  it('shows licence and citation, and refuses what is not the known file', async () => {
    files.files.set('/sub-strokecase0001_ses-0001_dwi.nii.gz', new Uint8Array(1_593_299));
    const ended = await atoll('cases', 'fetch-example', '--url', files.url);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('CC BY-SA 4.0');
    expect(ended.stdout).toContain('Hernandez Petzsche');
    expect(ended.stderr).toContain('[SOURCE_INVALID]');
    expect((await atoll('cases')).stdout).not.toContain('isles22-example');
    expect((await atoll('cases', 'fetch-example', '--url', 'ftp://x')).code).toBe(2);
  });

  it.skipIf(!hasRealData)('makes the real ISLES’22 example a case (real data)', async () => {
    const folder = join(realData, 'isles22-sub-strokecase0001');
    for (const role of ['dwi', 'adc', 'msk']) {
      const name = `sub-strokecase0001_ses-0001_${role}.nii.gz`;
      files.files.set(`/${name}`, readFileSync(join(folder, name)));
    }
    files.faults.push({ cutAfterBytes: 500_000 });
    const ended = await atoll('cases', 'fetch-example', '--url', files.url);
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('Downloaded and verified')]);
    const listed = JSON.parse((await atoll('cases', '--json')).stdout);
    expect(listed).toContainEqual(
      expect.objectContaining({ id: 'isles22-example', images: ['dwi', 'adc', 'reference'] }),
    );
    files.forget();
    const again = await atoll('cases', 'fetch-example', '--url', files.url);
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('Already downloaded')]);
    expect(files.seen).toEqual([]);
    const out = join(scratch, 'example');
    expect((await atoll('segment', '--case', 'isles22-example', '--out', out)).code).toBe(0);
    expect(existsSync(join(out, 'lesion_msk.nii.gz'))).toBe(true);
  });
});
