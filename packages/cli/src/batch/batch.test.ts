import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { BidsSource } from '@atoll/cases/bids/source';
import type { Engine, SegmentOptions, Study } from '@atoll/engines/engine';
import { AtollError } from '@atoll/errors/error';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Affine } from '@atoll/volume/volume';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bidsVerdict } from '../../test/bids-verdict.ts';
import { Derivative } from '../derivative/derivative.ts';
import { type BatchOptions, runBatch } from './batch.ts';

let bids = '';
let out = '';

beforeEach(() => {
  bids = mkdtempSync(join(tmpdir(), 'atoll-batch-'));
  out = join(bids, 'derivatives/atoll');
});

afterEach(() => rmSync(bids, { recursive: true, force: true }));

const oblique: Affine = [
  [-4, 0, 0.6, 20],
  [0, 3.8, -1.2, -20],
  [0.6, 1.2, 3.8, -10],
];

function image(value: number): Uint8Array {
  const data = new Float32Array(10 * 10 * 6).fill(value);
  return gzipSync(writeNifti({ shape: [10, 10, 6], affine: oblique, data }, 'int16'));
}

function put(path: string, content: Uint8Array | string): void {
  mkdirSync(join(bids, dirname(path)), { recursive: true });
  writeFileSync(join(bids, path), content);
}

/** A subject whose DWI holds one value; the engine of these tests fails at 13. */
function putSubject(entities: string, value: number): void {
  const folder = `${entities.replace('_', '/')}/dwi`;
  put(`${folder}/${entities}_dwi.nii.gz`, image(value));
  put(`${folder}/${entities}_adc.nii.gz`, image(800));
}

/** Marks the voxels of the first two columns, takes all for brain, and counts its runs. */
class ColumnEngine implements Engine {
  readonly id = 'column';
  version = '1.0.0';
  readonly title = 'Column';
  readonly description = 'An engine of the tests.';
  readonly presets = [{ id: 'usual', title: 'Usual', description: '' }];
  readonly options = [{ id: 'slow', title: 'Slow', description: '' }];
  readonly stages = [{ id: 'mark', title: 'Marking' }];
  readonly citations = [];
  runs = 0;
  meets = 1;
  atOnce = 0;
  mostAtOnce = 0;

  async availability() {
    return { usable: true } as const;
  }

  async segment({ dwi }: Study, { signal, onProgress }: SegmentOptions = {}) {
    this.runs++;
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    try {
      onProgress?.({ stage: 'mark', fraction: 0.5, message: 'Marking' });
      await sleep(10);
      // Until as many have met, or for a second: what else a case takes must not part them.
      for (let n = 0; n < 100 && this.mostAtOnce < this.meets; n++) await sleep(10);
      if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
      if (dwi.data[0] === 13) throw new AtollError('STUDY_NO_BRAIN');
      const data = new Uint8Array(dwi.data.length).map((_, at) => (at % 10 < 2 ? 1 : 0));
      const { shape, affine } = dwi;
      const brain = { shape, affine, data: new Uint8Array(data.length).fill(1) };
      return { mask: { shape, affine, data }, brain, warnings: [], quality: [], parameters: {} };
    } finally {
      this.atOnce--;
    }
  }
}

const engine = () => new ColumnEngine();

function run(options: Partial<BatchOptions> & Pick<BatchOptions, 'engine'>) {
  return runBatch({
    source: new BidsSource(bids),
    derivative: new Derivative(out, bids),
    jobs: 1,
    ...options,
  });
}

const statuses = (ended: Awaited<ReturnType<typeof run>>) => ended.map(({ state }) => state.status);
const text = (path: string) => readFileSync(join(out, path), 'utf8');

function table(): Record<string, string>[] {
  const [head, ...lines] = text('lesions.tsv').trimEnd().split('\n');
  const names = head.split('\t');
  return lines.map((line) => Object.fromEntries(line.split('\t').map((cell, at) => [names[at], cell])));
}

describe('a batch over a BIDS folder', () => {
  it('writes a derivative that the validator of BIDS takes, with every name where BIDS wants it', async () => {
    put(
      'dataset_description.json',
      JSON.stringify({ Name: 'Ward 7', BIDSVersion: '1.8.0', DatasetDOI: 'doi:10.1/x' }),
    );
    putSubject('sub-01', 100);
    putSubject('sub-02_ses-a', 100);
    putSubject('sub-02_ses-b', 13);
    await run({ engine: engine() });
    const { errors, subjects, sessions } = await bidsVerdict(out);
    expect(errors).toEqual([]);
    expect([subjects.sort(), sessions]).toEqual([['01', '02'], ['a']]);
    expect(readdirSync(join(out, 'sub-02/ses-a/dwi')).sort()).toEqual([
      'sub-02_ses-a_desc-brain_mask.json',
      'sub-02_ses-a_desc-brain_mask.nii.gz',
      'sub-02_ses-a_desc-lesion_mask.json',
      'sub-02_ses-a_desc-lesion_mask.nii.gz',
      'sub-02_ses-a_desc-lesion_report.html',
      'sub-02_ses-a_desc-lesion_report.json',
      'sub-02_ses-a_desc-lesion_report.pdf',
      'sub-02_ses-a_desc-lesion_thumbnail.png',
    ]);
    expect(JSON.parse(text('dataset_description.json'))).toMatchObject({
      DatasetType: 'derivative',
      GeneratedBy: [{ Name: 'Atoll' }],
      SourceDatasets: [{ URL: '../..', DOI: 'doi:10.1/x' }],
      DatasetLinks: { raw: '../..' },
    });
    expect(JSON.parse(text('sub-01/dwi/sub-01_desc-brain_mask.json'))).toMatchObject({ Type: 'Brain' });
    expect(JSON.parse(text('sub-01/dwi/sub-01_desc-lesion_mask.json'))).toMatchObject({
      Type: 'Lesion',
      Sources: ['bids:raw:sub-01/dwi/sub-01_dwi.nii.gz', 'bids:raw:sub-01/dwi/sub-01_adc.nii.gz'],
      SpatialReference: 'bids:raw:sub-01/dwi/sub-01_dwi.nii.gz',
    });
  });

  it('would be told by that validator of a name that is not BIDS’', async () => {
    putSubject('sub-01', 100);
    await run({ engine: engine() });
    writeFileSync(join(out, 'sub-01/dwi/sub-01_lesion-mask.nii.gz'), image(1));
    expect((await bidsVerdict(out)).errors).toEqual([expect.stringContaining('sub-01_lesion-mask.nii.gz')]);
  });

  it('keeps the mask on the DWI’s own oblique grid, left where it was', async () => {
    putSubject('sub-01', 100);
    await run({ engine: engine() });
    const mask = await readNiftiMask(readFileSync(join(out, 'sub-01/dwi/sub-01_desc-lesion_mask.nii.gz')));
    mask.affine.forEach((line, at) => {
      line.forEach((entry, k) => {
        expect(entry).toBeCloseTo(oblique[at][k], 4);
      });
    });
    // The first two columns lie at x = 20 and 18 mm and beyond: the patient’s right.
    const report = JSON.parse(text('sub-01/dwi/sub-01_desc-lesion_report.json'));
    expect(report.lesions[0].centroidMm[0]).toBeGreaterThan(15);
  });

  it('has one line a case in a table with units, failures among them', async () => {
    putSubject('sub-01', 100);
    putSubject('sub-02_ses-a', 13);
    expect(statuses(await run({ engine: engine() }))).toEqual(['done', 'failed']);
    const [first, second] = table();
    expect(first).toMatchObject({
      participant_id: 'sub-01',
      session_id: 'n/a',
      status: 'done',
      lesion_count: '1',
    });
    expect(Number(first.lesion_volume_ml)).toBeCloseTo(7.79, 1);
    expect(second).toMatchObject({
      participant_id: 'sub-02',
      session_id: 'ses-a',
      status: 'failed',
      lesion_volume_ml: 'n/a',
      error_code: 'STUDY_NO_BRAIN',
    });
    const columns = JSON.parse(text('lesions.json'));
    expect(Object.keys(columns)).toEqual(Object.keys(first));
    expect(columns.lesion_volume_ml.Units).toBe('mL');
  });

  it('has a page for each subject, with its name, and makes one that is missing', async () => {
    putSubject('sub-01', 100);
    await run({ engine: engine() });
    const page = 'sub-01/dwi/sub-01_desc-lesion_report.html';
    expect(text(page)).toContain('Infarct on diffusion MRI: sub-01');
    expect(text(page)).toContain('data:image/png;base64,');
    rmSync(join(out, page));
    expect(statuses(await run({ engine: engine() }))).toEqual(['kept']);
    expect(text(page)).toContain('data:image/png;base64,');
  });

  it('has a page of the whole that opens from disk, failures first, with links that are right', async () => {
    putSubject('sub-01', 100);
    putSubject('sub-02_ses-a', 13);
    putSubject('sub-03_ses-b', 100);
    await run({ engine: engine() });
    const page = text('group.html');
    expect(page).toContain('2 of 3 cases have a mask, 1 failed, none reviewed.');
    const links = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, target]) => target);
    expect(links).toHaveLength(4);
    for (const link of links) expect(readFileSync(join(out, link)).length).toBeGreaterThan(100);
    expect(page.indexOf('>sub-02_ses-a<')).toBeLessThan(page.indexOf('>sub-01<'));
    expect(page).toContain('Not reviewed');
    expect(page).not.toMatch(/https?:/);
  });

  it('keeps what is whole and unchanged, and runs what is not', async () => {
    for (const sub of ['01', '02', '03', '04']) putSubject(`sub-${sub}`, 100);
    const first = engine();
    await run({ engine: first });
    expect(first.runs).toBe(4);

    const again = engine();
    expect(statuses(await run({ engine: again }))).toEqual(['kept', 'kept', 'kept', 'kept']);
    expect(again.runs).toBe(0);
    expect(table().map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done']);

    putSubject('sub-01', 200);
    writeFileSync(join(out, 'sub-02/dwi/sub-02_desc-lesion_mask.nii.gz'), image(1));
    rmSync(join(out, 'sub-03/dwi/sub-03_desc-lesion_report.json'));
    expect(statuses(await run({ engine: engine() }))).toEqual(['done', 'done', 'done', 'kept']);

    const newer = engine();
    newer.version = '1.1.0';
    expect(statuses(await run({ engine: newer }))).toEqual(['done', 'done', 'done', 'done']);
    expect(statuses(await run({ engine: newer, force: true }))).toEqual(['done', 'done', 'done', 'done']);
  });

  it('leaves no mask of former images beside a failure', async () => {
    putSubject('sub-01', 100);
    await run({ engine: engine() });
    putSubject('sub-01', 13);
    expect(statuses(await run({ engine: engine() }))).toEqual(['failed']);
    expect(readdirSync(join(out, 'sub-01/dwi'))).toEqual([]);
  });

  it('does not take its own masks for references when it writes into the data set', async () => {
    putSubject('sub-01', 100);
    await run({ engine: engine() });
    const [{ state }] = await run({ engine: engine(), force: true });
    expect(state).toMatchObject({ status: 'done', report: { metrics: { status: 'no-reference' } } });
  });

  it('runs as many at the same time as it may, and no more', async () => {
    for (let sub = 1; sub <= 7; sub++) putSubject(`sub-0${sub}`, 100);
    const three = engine();
    three.meets = 3;
    const fractions: number[] = [];
    await run({ engine: three, jobs: 3, onProgress: ({ fraction }) => fractions.push(fraction) });
    expect(three.mostAtOnce).toBe(3);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(table()).toHaveLength(7);
  });

  it('stops when told to, keeps what is done, and goes on from there', async () => {
    for (const sub of ['01', '02', '03']) putSubject(`sub-${sub}`, 100);
    const leaving = new AbortController();
    const first = run({ engine: engine(), signal: leaving.signal, onCase: () => leaving.abort() });
    await expect(first).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(table().map(({ status }) => status)).toEqual(['done', 'waiting', 'waiting']);
    expect((await bidsVerdict(out)).errors).toEqual([]);
    expect(statuses(await run({ engine: engine() }))).toEqual(['kept', 'done', 'done']);
  });

  describe('of some of the cases, beside others', () => {
    const only =
      (...ids: string[]): NonNullable<BatchOptions['choose']> =>
      (all) =>
        all.filter(({ id }) => ids.includes(id));

    it('runs those alone, and the table and the page are of all', async () => {
      for (const [sub, value] of [
        ['01', 100],
        ['02', 13],
        ['03', 100],
      ] as const)
        putSubject(`sub-${sub}`, value);
      const second = engine();
      const ended = await run({ engine: second, choose: only('sub-02') });
      expect([second.runs, statuses(ended)]).toEqual([1, ['failed']]);
      expect(table().map(({ status }) => status)).toEqual(['waiting', 'failed', 'waiting']);
      await run({ engine: engine(), choose: only('sub-03') });
      expect(table().map(({ status, error_code }) => [status, error_code])).toEqual([
        ['waiting', 'n/a'],
        ['failed', 'STUDY_NO_BRAIN'],
        ['done', 'n/a'],
      ]);
      expect(text('group.html')).toContain(
        '1 of 3 cases have a mask, 1 failed, 1 not yet run, none reviewed.',
      );
      putSubject('sub-02', 100);
      await run({ engine: engine(), choose: only('sub-02') });
      expect(table().map(({ status }) => status)).toEqual(['waiting', 'done', 'done']);
      expect((await bidsVerdict(out)).errors).toEqual([]);
    });

    it('writes again what was overtaken: another process may end its case while the table is written', async () => {
      for (const sub of ['01', '02']) putSubject(`sub-${sub}`, 100);
      /** Another process does everything of its own case in the moment before this table takes its place. */
      class Overtaken extends Derivative {
        #writes = 0;
        override async writeTables(tables: Parameters<Derivative['writeTables']>[0]): Promise<void> {
          if (++this.#writes === 2) await run({ engine: engine(), choose: only('sub-02') });
          await super.writeTables(tables);
        }
      }
      await run({ engine: engine(), choose: only('sub-01'), derivative: new Overtaken(out, bids) });
      expect(table().map(({ status }) => status)).toEqual(['done', 'done']);
      expect(text('group.html')).toContain('2 of 2 cases have a mask');
    });
  });

  it('does not write into a data set that is not its own', async () => {
    putSubject('sub-01', 100);
    const description = JSON.stringify({ Name: 'fMRIPrep', GeneratedBy: [{ Name: 'fMRIPrep' }] });
    put('derivatives/atoll/dataset_description.json', description);
    await expect(run({ engine: engine() })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(text('dataset_description.json')).toBe(description);
  });
});
