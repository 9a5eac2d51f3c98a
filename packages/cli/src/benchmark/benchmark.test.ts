import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Engine, SegmentOptions, Study } from '@atoll/engines/engine';
import { AtollError } from '@atoll/errors/error';
import { scaling } from '@atoll/volume/affine';
import { writeNifti, writeNiftiMask } from '@atoll/volume/nifti-write';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BenchmarkOptions, runBenchmark } from './benchmark.ts';
import { interval } from './summary.ts';

let bids = '';
let out = '';
beforeEach(() => {
  bids = mkdtempSync(join(tmpdir(), 'atoll-benchmark-'));
  out = join(bids, 'comparison');
});
afterEach(() => rmSync(bids, { recursive: true, force: true }));

const grid = { shape: [12, 10, 6], affine: scaling([-5, 5, 5]) } as const;
const voxels = 12 * 10 * 6;

function put(path: string, content: Uint8Array | string): void {
  mkdirSync(join(bids, dirname(path)), { recursive: true });
  writeFileSync(join(bids, path), content);
}

/** Voxels of the columns from one to before another. */
const columns = (from: number, to: number) =>
  Uint8Array.from({ length: voxels }, (_, at) => (at % 12 >= from && at % 12 < to ? 1 : 0));

/** A subject whose lesion fills columns 2 and 3, and whose DWI tells engines what to do. */
function putSubject(name: string, value: number, hasReference = true): void {
  const image = (fill: number) => writeNifti({ ...grid, data: new Float32Array(voxels).fill(fill) }, 'int16');
  put(`${name}/ses-1/dwi/${name}_ses-1_dwi.nii`, image(value));
  put(`${name}/ses-1/dwi/${name}_ses-1_adc.nii`, image(800));
  if (hasReference)
    put(`derivatives/${name}/ses-1/${name}_ses-1_msk.nii`, writeNiftiMask({ ...grid, data: columns(2, 4) }));
}

/** Marks some columns; fails where the DWI is 13. */
class ColumnsEngine implements Engine {
  readonly id: string;
  readonly version = '1';
  readonly title: string;
  readonly description = 'An engine of the tests.';
  readonly presets = [{ id: 'usual', title: 'Usual', description: '' }];
  readonly options = [{ id: 'probability', title: 'Probability', description: '' }];
  readonly stages = [];
  readonly citations = [];
  readonly #marked: Uint8Array<ArrayBuffer>;
  readonly #failsAt: number;
  runs = 0;

  constructor(id: string, marked: Uint8Array<ArrayBuffer>, failsAt = 13) {
    this.id = id;
    this.title = `Engine ${id}`;
    this.#marked = marked;
    this.#failsAt = failsAt;
  }

  async availability() {
    return { usable: true } as const;
  }

  async segment({ dwi }: Study, { options = [] }: SegmentOptions = {}) {
    this.runs++;
    if (dwi.data[0] === this.#failsAt) throw new AtollError('ENGINE_FAILED', 'It is 13.');
    const place = { shape: dwi.shape, affine: dwi.affine };
    const soft = Float32Array.from(this.#marked, (value) => (value === 1 ? 0.9 : 0.1));
    return {
      mask: { ...place, data: this.#marked.slice() },
      ...(options.includes('probability') ? { probability: { ...place, data: soft } } : {}),
      brain: null,
      warnings: [],
      quality: [],
      parameters: {},
    };
  }
}

const run = (engines: readonly Engine[], more: Partial<BenchmarkOptions> = {}) =>
  runBenchmark({
    bids,
    out,
    contestants: engines.map((engine) => ({ name: engine.id, engine, preset: 'usual' })),
    jobs: 1,
    signal: new AbortController().signal,
    tell: () => undefined,
    ...more,
  });

describe('engines compared on a data set', () => {
  it('are scored against the references, by case and in all', async () => {
    for (const [name, value] of [
      ['sub-a', 100],
      ['sub-b', 120],
      ['sub-c', 140],
    ] as const)
      putSubject(name, value);
    putSubject('sub-d', 110, false);
    // One marks the lesion and as much again beside it, the other something else altogether.
    const [wide, wrong] = [
      new ColumnsEngine('wide', columns(2, 6)),
      new ColumnsEngine('wrong', columns(8, 10)),
    ];
    const { scores, summaries, failed } = await run([wide, wrong]);
    expect(failed).toEqual([]);
    expect(scores).toHaveLength(6);
    const meanOf = (engine: string, id: string) =>
      summaries.find((each) => each.engine === engine && each.measure.id === id && each.size === 'all')?.mean;
    expect(meanOf('wide', 'dice')).toBeCloseTo(2 / 3, 6);
    expect(meanOf('wide', 'lesionF1')).toBe(1);
    // They overlap by half of both together.
    expect(meanOf('wide', 'matchedF1')).toBe(1);
    expect(meanOf('wide', 'precisionRecallArea')).toBeCloseTo(0.5, 6);
    expect(meanOf('wide', 'volumeDifferenceMl')).toBeCloseTo(15, 6);
    expect(meanOf('wrong', 'dice')).toBe(0);
    expect(meanOf('wrong', 'matchedF1')).toBe(0);
    expect(summaries.filter(({ size }) => size === '10–100 mL').length).toBeGreaterThan(0);
    expect(summaries.filter(({ size }) => size === 'below 1 mL')).toEqual([]);

    expect(readFileSync(join(out, 'scores.tsv'), 'utf8').split('\n')).toHaveLength(8);
    expect(readFileSync(join(out, 'table.md'), 'utf8')).toContain(
      '| all | 3 | Dice | 0.667 (0.667–0.667) | 0.000 (0.000–0.000) |',
    );
    expect(readFileSync(join(out, 'table.tex'), 'utf8')).toContain('IoU $\\ge$ 0.25');
    const page = readFileSync(join(out, 'benchmark.html'), 'utf8');
    expect(page).toContain('<svg');
    expect(page).toContain('Left out for want of a reference: 1.');
    expect(existsSync(join(out, 'wide/sub-a/ses-1/dwi'))).toBe(true);
  });

  it('go on where they were broken off, and run nothing twice', async () => {
    putSubject('sub-a', 100);
    putSubject('sub-b', 120);
    const engine = new ColumnsEngine('wide', columns(2, 6));
    const first = await run([engine]);
    const again = await run([engine]);
    expect(engine.runs).toBe(2);
    expect(again.scores).toEqual(first.scores);
  });

  it('are compared on the cases that each gave a mask of, and failures are told', async () => {
    putSubject('sub-a', 100);
    putSubject('sub-b', 13);
    const { summaries, failed } = await run([
      new ColumnsEngine('sound', columns(2, 4), -1),
      new ColumnsEngine('frail', columns(2, 4)),
    ]);
    expect(failed).toEqual([{ engine: 'frail', caseId: 'sub-b_ses-1', reason: 'It is 13.' }]);
    expect(summaries.every(({ cases }) => cases === 1)).toBe(true);
    expect(readFileSync(join(out, 'benchmark.html'), 'utf8')).toContain(
      'Failed: frail, sub-b_ses-1: It is 13.',
    );
  });

  it('are not compared where no case has a reference', async () => {
    putSubject('sub-a', 100, false);
    await expect(run([new ColumnsEngine('wide', columns(2, 6))])).rejects.toMatchObject({
      code: 'CASE_INCOMPLETE',
    });
  });
});

describe('the confidence interval of a mean', () => {
  it('is the same each time, holds the mean, and is as wide as theory has it', () => {
    const values = Array.from({ length: 100 }, (_, at) => at / 99);
    const { mean, low, high } = interval(values);
    expect(interval(values)).toEqual({ mean, low, high });
    expect(mean).toBeCloseTo(0.5, 10);
    // 1.96 standard errors of a uniform sample of 100 to each side.
    expect(high - low).toBeCloseTo(2 * 1.96 * (0.2915 / 10), 2);
    expect((low + high) / 2).toBeCloseTo(0.5, 2);
  });

  it('is a point where all cases are alike', () => {
    expect(interval([0.7, 0.7, 0.7])).toEqual({
      mean: expect.closeTo(0.7),
      low: expect.closeTo(0.7),
      high: expect.closeTo(0.7),
    });
  });
});
