import { gzip } from '@atoll/volume/gzip';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import { numberLesions } from '@atoll/volume/numbered-lesions';
import type { Mask, Volume } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { type Head, leftInfarct, makeHead, rasGrid } from '../test/head.ts';
import type { Engine } from './engine.ts';
import { EnsembleEngine } from './ensemble/ensemble-engine.ts';
import { brainFileName, missedFileName } from './result-files.ts';
import { type RunResult, runSegmentation } from './run.ts';

/** An engine that answers with a given mask, whatever it is shown. */
function answering(mask: Mask, brain: Mask | null): Engine {
  return {
    id: 'stand-in',
    version: '1',
    title: 'Stand-in',
    description: '',
    presets: [{ id: 'only', title: 'Only', description: '' }],
    options: [],
    stages: [],
    citations: [],
    availability: async () => ({ usable: true }),
    segment: async () => ({ mask, brain, warnings: [], quality: [], parameters: {} }),
  };
}

async function run(
  { dwi, adc }: Pick<Head, 'dwi' | 'adc'>,
  mask: Mask,
  brain: Mask | null = null,
): Promise<RunResult> {
  const pack = async (volume: Volume) => gzip(writeNifti(volume, 'float32'));
  const files = { dwi: await pack(dwi), adc: await pack(adc) };
  return runSegmentation({ engine: answering(mask, brain), files });
}

const head = makeHead(rasGrid, [leftInfarct]);
const empty: Mask = { ...head.truth, data: new Uint8Array(head.truth.data.length) };
const lookOf = ({ report: { plainLook } }: RunResult) => {
  if (plainLook?.status !== 'done') throw new Error('there was no look');
  return plainLook;
};

describe('whatever the engine, a run', () => {
  it('says first and seriously that an empty mask may have missed an infarct, where, and why', async () => {
    const result = await run(head, empty);
    expect(result.report.warnings[0]).toMatchObject({ code: 'PLAIN_LOOK_MISSED', severity: 'serious' });
    expect(result.report.warnings[0].message).toMatch(/^The mask is empty, but \d+ mL in 1 place is bright/);
    const { missed, coveredShare, missedSha256 } = lookOf(result);
    expect(coveredShare).toBe(0);
    expect(missed).toHaveLength(1);
    expect(missed[0]).toMatchObject({ id: 1, side: 'left' });
    expect(missed[0].why).toMatch(/^DWI 1\.\d times the surrounding tissue, ADC [56]\d % of/);
    const [x, y, z] = missed[0].focusMm;
    const [cx, cy, cz] = leftInfarct.centreMm;
    expect(Math.hypot(x - cx, y - cy, z - cz)).toBeLessThan(leftInfarct.radiusMm);
    expect(missedSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('hands out the candidate beside the mask, on its grid, and leaves the mask as it is', async () => {
    const { furtherFiles, mask } = await run(head, empty);
    const file = furtherFiles.get(missedFileName);
    expect(file).toBeDefined();
    if (file === undefined) return;
    const candidate = await readNiftiMask(file);
    expect(candidate.affine).toEqual(mask.affine);
    expect(candidate.data.some((value, at) => value === 1 && head.truth.data[at] === 1)).toBe(true);
    expect(mask.data.every((value) => value === 0)).toBe(true);
  });

  it('says nothing when the mask is right, and gives no such file', async () => {
    const result = await run(head, head.truth);
    expect(result.report.warnings).toEqual([]);
    expect(lookOf(result)).toMatchObject({ missed: [], doubtful: [], missedSha256: null });
    expect([...result.furtherFiles.keys()]).toEqual([]);
  });

  it('tells a small second place from most of an infarct', async () => {
    const second = makeHead(rasGrid, [leftInfarct, { centreMm: [40, -20, 12], radiusMm: 10 }]);
    const { report } = await run(second, head.truth);
    expect(report.warnings[0]).toMatchObject({ code: 'PLAIN_LOOK_MISSED', severity: 'caution' });
    const speck = makeHead(rasGrid, [{ ...leftInfarct, radiusMm: 5 }]).truth;
    const { report: small } = await run(head, speck);
    expect(small.warnings[0]).toMatchObject({ code: 'PLAIN_LOOK_MISSED', severity: 'serious' });
    expect(small.warnings[0].message).toMatch(/covers only \d+ % of what is bright/);
  });

  it('names the lesions of the mask for which nothing speaks', async () => {
    const both = makeHead(rasGrid, [leftInfarct, { centreMm: [36, 10, 8], radiusMm: 12 }]).truth;
    const { report } = await run(head, both);
    expect(report.plainLook).toMatchObject({ doubtful: [{ lesionId: 2, reason: 'no-contrast' }] });
    expect(report.warnings[0]).toMatchObject({ code: 'PLAIN_LOOK_DOUBTFUL', severity: 'caution' });
    expect(report.warnings[0].message).toMatch(/^Lesion 2 of the mask \(\d\.\d mL\) is neither/);
  });

  it('says so where the second look is not possible, and gives the mask all the same', async () => {
    const noise = { ...head, adc: { ...head.adc, data: head.adc.data.map(() => 0) } };
    const { report } = await run(noise, empty);
    expect(report.plainLook).toMatchObject({ status: 'not-possible' });
    expect(report.warnings.map(({ code }) => code)).toEqual(['PLAIN_LOOK_IMPOSSIBLE', 'ADC_MISMATCH']);
  });

  it('hands out the brain where the engine outlines one, and null where it does not', async () => {
    const brain: Mask = {
      ...head.truth,
      data: head.truth.data.map((_, at) => (head.dwi.data[at] > 0 ? 1 : 0)),
    };
    const { report, furtherFiles } = await run(head, head.truth, brain);
    const file = furtherFiles.get(brainFileName);
    expect(file).toBeDefined();
    if (file === undefined) return;
    expect((await readNiftiMask(file)).data).toEqual(brain.data);
    const voxels = brain.data.reduce((sum, value) => sum + value, 0);
    expect(report.brain?.volumeMl).toBeCloseTo(0.027 * voxels, 6);
    expect((await run(head, head.truth)).report.brain).toBeNull();
  });
});

describe('of an ensemble', () => {
  const small = { ...leftInfarct, radiusMm: 9 };
  /** Something that one engine alone marked, of ordinary tissue: no look at the images would find it. */
  const extra = makeHead(rasGrid, [{ centreMm: [38, -20, 20], radiusMm: 9 }]).truth;
  const both = { ...head.truth, data: head.truth.data.map((value, at) => value | extra.data[at]) };
  const joinedBy = async (rule: string, masks: readonly Mask[]) => {
    const parts = masks.map((mask, n) => ({
      ...answering(mask, null),
      id: `engine-${n}`,
      title: `Engine ${n}`,
    }));
    const pack = async (volume: Volume) => gzip(writeNifti(volume, 'float32'));
    const files = { dwi: await pack(head.dwi), adc: await pack(head.adc) };
    return runSegmentation({ engine: new EnsembleEngine(parts), files, preset: rule });
  };

  it('a run says as an alarm what one engine marked and the joined mask does not hold', async () => {
    const result = await joinedBy('majority', [head.truth, both]);
    const [warning] = result.report.warnings;
    expect(warning).toMatchObject({ code: 'PLAIN_LOOK_SECOND_READER', severity: 'caution' });
    expect(warning.message).toMatch(
      /^Outside the joined mask \d\.\d mL in 1 place was marked by “Engine 1”\. Check/,
    );
    const { missed } = lookOf(result);
    expect(missed).toHaveLength(1);
    expect(missed[0]).toMatchObject({ side: 'right', markedBy: ['engine-1'] });
    expect(missed[0].why).toMatch(/^Marked by “Engine 1”\. DWI \d\.\d times/);
    const file = result.furtherFiles.get(missedFileName);
    expect(file && (await readNiftiMask(file)).data).toEqual(extra.data);
    expect(lookOf(await joinedBy('union', [head.truth, both])).missed).toEqual([]);
  });

  it('a run says seriously that the joined mask is empty where an engine marked something', async () => {
    const lesion = makeHead(rasGrid, [small]).truth;
    const result = await joinedBy('majority', [empty, lesion]);
    expect(result.report.warnings.map(({ code, severity }) => [code, severity])).toContainEqual([
      'PLAIN_LOOK_SECOND_READER',
      'serious',
    ]);
    // What is bright, too, is one place and not two.
    const { missed } = lookOf(result);
    expect(missed).toHaveLength(1);
    expect(missed[0].markedBy).toEqual(['engine-1']);
  });

  it('a run names places of different engines that touch one by one, each with who marked it', async () => {
    const [x, y, z] = leftInfarct.centreMm;
    const beside = makeHead(rasGrid, [{ centreMm: [x + 24, y, z], radiusMm: 20 }]).truth;
    const other = { ...beside, data: beside.data.map((value, at) => value & (1 - head.truth.data[at])) };
    // A voxel at the far edge of the infarct is a part of it, and no mark of the other engine on it.
    const infarctFrom = head.truth.data.indexOf(1);
    other.data[infarctFrom - 60 * 70] = 1;
    const touching = head.truth.data.map((value, at) => value | other.data[at]);
    expect(numberLesions({ ...head.truth, data: touching }).count).toBe(1);

    const { report, furtherFiles } = await joinedBy('majority', [head.truth, other]);
    expect(report.plainLook).toMatchObject({
      missed: [{ markedBy: [expect.any(String)] }, { markedBy: [expect.any(String)] }],
    });
    if (report.plainLook?.status !== 'done') return;
    const { missed } = report.plainLook;
    const infarct = missed.find(({ markedBy }) => markedBy?.includes('engine-0'));
    const tissue = missed.find(({ markedBy }) => markedBy?.includes('engine-1'));
    // Only the contrast of the infarct is that of an infarct.
    expect(infarct?.adcRatio).toBeLessThan(0.7);
    expect(tissue?.adcRatio).toBeGreaterThan(0.9);
    expect(report.warnings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/in 2 places were marked by “Engine \d” and “Engine \d”/),
    );
    // Whoever reads the file by connected components finds the same two.
    const file = furtherFiles.get(missedFileName);
    expect(file && numberLesions(await readNiftiMask(file)).count).toBe(2);
  });

  it('a run says it also where no brain can be identified', async () => {
    const flat = { ...head.dwi, data: new Float32Array(head.dwi.data.length).fill(5) };
    const parts = [empty, head.truth].map((mask, n) => ({ ...answering(mask, null), id: `e${n}` }));
    const pack = async (volume: Volume) => gzip(writeNifti(volume, 'float32'));
    const files = { dwi: await pack(flat), adc: await pack(flat) };
    const { report } = await runSegmentation({ engine: new EnsembleEngine(parts), files });
    expect(report.plainLook?.status).toBe('not-possible');
    expect(report.warnings.map(({ code }) => code)).toContain('PLAIN_LOOK_SECOND_READER');
  });
});
