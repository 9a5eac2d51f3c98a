import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readAtlas } from '@atoll/atlas/atlas';
import { PreparedAtlas } from '@atoll/atlas/locate';
import { mniGrid } from '@atoll/atlas/mni';
import { pinnedAtlas } from '@atoll/atlas/pinned-atlas';
import { ThreadLocator } from '@atoll/atlas/thread';
import { AtlasFolder } from '@atoll/cases/atlas-folder';
import { Report } from '@atoll/contract/report';
import { segmentDiffusion } from '@atoll/engines/diffusion/pipeline';
import { compose } from '@atoll/volume/affine';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import { numberLesions } from '@atoll/volume/numbered-lesions';
import { resampleLinear } from '@atoll/volume/resample';
import type { Affine, AffineRow, Grid, Mask, Volume } from '@atoll/volume/volume';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RangeServer } from '../packages/cases/test/range-server.ts';
import { bidsVerdict } from '../packages/cli/test/bids-verdict.ts';
import { hasRealData, realData } from '../packages/cli/test/real-data.ts';
import { runAtoll } from '../packages/cli/test/run-atoll.ts';

if (!hasRealData) console.warn(`Skipping tests with the real atlas: ${realData} is not there.`);

const isles = join(realData, 'isles22-sub-strokecase0001/sub-strokecase0001_ses-0001_');
const files = {
  dwi: `${isles}dwi.nii.gz`,
  adc: `${isles}adc.nii.gz`,
  expert: `${isles}msk.nii.gz`,
  swollenDwi: join(realData, 'openads/DWI.nii.gz'),
  swollenAdc: join(realData, 'openads/ADC.nii.gz'),
  swollenMask: join(realData, 'openads/stroke.nii.gz'),
};

type Patient = { readonly adc: Volume; readonly brain: Mask; readonly mask: Mask };

/** The engine's brain, the expert's mask. */
async function patient(dwiFile: string, adcFile: string, maskFile: string): Promise<Patient> {
  const [dwi, adc] = await Promise.all([dwiFile, adcFile].map((file) => readNifti(readFileSync(file))));
  const { brain } = segmentDiffusion({ dwi, adc }, 'balanced');
  if (brain === null) throw new Error('the engine outlines the brain');
  return { adc, brain, mask: await readNiftiMask(readFileSync(maskFile)) };
}

function placed(world: Affine, { adc, brain, mask }: Patient): Patient {
  const move = <Image extends { readonly affine: Affine }>(image: Image) => ({
    ...image,
    affine: compose(world, image.affine),
  });
  return { adc: move(adc), brain: move(brain), mask: move(mask) };
}

const mirror: Affine = [
  [-1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
];

describe.skipIf(!hasRealData)('the real atlas', () => {
  let prepared: PreparedAtlas;
  let emboli: Patient;
  let swollen: Patient;

  beforeAll(async () => {
    const bytes = (kind: string) => {
      const file = pinnedAtlas.files.find((each) => each.kind === kind);
      return readFileSync(join(realData, 'atlas', file?.name ?? ''));
    };
    const atlas = await readAtlas({
      territory: bytes('territory'),
      aspects: bytes('aspects'),
      pcAspects: bytes('pcAspects'),
      structure: bytes('structure'),
    });
    prepared = new PreparedAtlas(atlas);
    emboli = await patient(files.dwi, files.adc, files.expert);
    swollen = await patient(files.swollenDwi, files.swollenAdc, files.swollenMask);
  });

  function locate({ adc, brain, mask }: Patient) {
    const { numbers, count } = numberLesions(mask);
    const located = prepared.locate({ adc, brain, mask, lesionNumbers: numbers, lesionCount: count });
    if (located?.location.status !== 'located') throw new Error('the atlas fits');
    return { ...located.location, toAtlas: located.toAtlas };
  }

  const sums = (territories: readonly { group: string; side: string; volumeMl: number }[]) => {
    const of: Record<string, number> = {};
    for (const { group, side, volumeMl } of territories)
      of[`${side} ${group}`] = (of[`${side} ${group}`] ?? 0) + volumeMl;
    return of;
  };

  it('lies on a stripped head of 2 mm with outlines that agree by a Dice over 0.93', () => {
    const { fit, whole } = locate(emboli);
    expect(fit.outlineDice).toBeGreaterThan(0.93);
    expect(fit.verdict).toBe('good');
    expect(whole.outsideMl).toBeLessThan(0.1);
  });

  it('puts a large infarct of the left MCA there, in an unstripped head of 4 mm', () => {
    const { whole, aspects, pcAspects } = locate(swollen);
    expect(whole.phrase).toMatch(/^left MCA/);
    expect(sums(whole.territories)['left MCA']).toBeGreaterThan(80);
    expect(sums(whole.territories)['right MCA'] ?? 0).toBeLessThan(1);
    expect(aspects.left.score).toBeLessThan(5);
    expect(aspects.right.score).toBe(10);
    expect(pcAspects.score).toBeGreaterThan(7);
  });

  it.each([
    ['emboli', () => emboli],
    ['a large infarct', () => swollen],
  ])('gives no table where the images’ affine has the head upside down or back to front: %s', (_, of) => {
    for (const [y, z] of [
      [1, -1],
      [-1, 1],
      [-1, -1],
    ] as const) {
      const over: Affine = [
        [1, 0, 0, 0],
        [0, y, 0, 0],
        [0, 0, z, 0],
      ];
      const { adc, brain, mask } = placed(over, of());
      const { numbers, count } = numberLesions(mask);
      const located = prepared.locate({ adc, brain, mask, lesionNumbers: numbers, lesionCount: count });
      expect(located?.location.status).toBe('poor-fit');
      expect(located?.location.fit.sentence).toContain('affine may be wrong');
    }
  });

  it.each([
    ['emboli', () => emboli],
    ['a large infarct', () => swollen],
  ])('swaps the table when left and right of the images are swapped: %s', (_, of) => {
    const [here, there] = [
      sums(locate(of()).whole.territories),
      sums(locate(placed(mirror, of())).whole.territories),
    ];
    // The atlas is not quite symmetric.
    for (const group of ['ACA', 'MCA', 'PCA', 'vertebrobasilar'])
      for (const [side, other] of [
        ['left', 'right'],
        ['right', 'left'],
      ]) {
        const [ml, swapped] = [here[`${side} ${group}`] ?? 0, there[`${other} ${group}`] ?? 0];
        expect(Math.abs(ml - swapped)).toBeLessThan(0.15 + 0.1 * ml);
      }
  });

  it('finds the same places when the head is turned by 25°', () => {
    const [c, s] = [Math.cos((25 * Math.PI) / 180), Math.sin((25 * Math.PI) / 180)];
    const turn: Affine = [
      [1, 0, 0, 12],
      [0, c, -s, -7],
      [0, s, c, 20],
    ];
    const [straight, turned] = [locate(emboli), locate(placed(turn, emboli))];
    expect(turned.whole.phrase).toBe(straight.whole.phrase);
    const back = compose(turned.toAtlas, turn);
    for (const [axis, row] of back.entries())
      for (const [n, number] of row.entries()) expect(number).toBeCloseTo(straight.toAtlas[axis][n], 1);
  });

  it('finds the same places on slices of 5 mm', () => {
    const { shape, affine } = emboli.adc;
    const thicker = ([i, j, k, offset]: AffineRow): AffineRow => [i, j, 2.5 * k, offset];
    const thick: Grid = {
      shape: [shape[0], shape[1], Math.floor((shape[2] * 2) / 5)],
      affine: [thicker(affine[0]), thicker(affine[1]), thicker(affine[2])],
    };
    const again = (mask: Mask): Mask => {
      const soft = resampleLinear(mask, thick);
      return { ...thick, data: Uint8Array.from(soft.data, (value) => (value >= 0.5 ? 1 : 0)) };
    };
    const coarse = {
      adc: resampleLinear(emboli.adc, thick),
      brain: again(emboli.brain),
      mask: again(emboli.mask),
    };
    const [fine, rough] = [sums(locate(emboli).whole.territories), sums(locate(coarse).whole.territories)];
    for (const group of ['left MCA', 'right PCA', 'left PCA']) {
      expect(Math.abs(fine[group] - (rough[group] ?? 0))).toBeLessThan(0.2 + 0.35 * fine[group]);
    }
  });
});

/** Several whole runs of the program in a test. */
const patience = 180_000;

describe.skipIf(!hasRealData)('atoll atlas', { timeout: patience }, () => {
  let server: RangeServer;
  let folder = '';
  let env: Record<string, string> = {};

  beforeAll(async () => {
    server = await new RangeServer().start();
    for (const { name } of pinnedAtlas.files)
      server.files.set(`/mirror/${name}`, new Uint8Array(readFileSync(join(realData, 'atlas', name))));
    folder = mkdtempSync(join(tmpdir(), 'atoll-atlas-'));
    env = { ATOLL_DATA_DIR: join(folder, 'data') };
  });

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const segment = (out: string, ...more: string[]) =>
    runAtoll(
      ['segment', '--dwi', files.dwi, '--adc', files.adc, '--out', join(folder, out), '--json', ...more],
      { env },
    );

  it('is missed by doctor, by a report, and by --space before any work', async () => {
    const doctor = await runAtoll(['doctor'], { env });
    expect(doctor.stdout).toMatch(/–\s+atlas +not downloaded.*\n.*atoll atlas fetch/);
    const report = Report.parse(JSON.parse((await segment('without')).stdout));
    expect(report.location).toMatchObject({
      status: 'no-atlas',
      sentence: expect.stringContaining('atoll atlas fetch'),
    });
    const refused = await segment('refused', '--space', 'MNI152');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('ATLAS_MISSING');
    expect(readdirSync(join(folder, 'refused'))).toEqual([]);
  });

  it('refuses another file under the same name, and shows licence and citation before it fetches', async () => {
    const name = pinnedAtlas.files[1].name;
    const right = server.files.get(`/mirror/${name}`);
    server.files.set(`/mirror/${name}`, new Uint8Array(pinnedAtlas.files[1].sizeBytes));
    const refused = await runAtoll(['atlas', 'fetch', '--url', `${server.url}/mirror`], { env });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('SHA-256');
    expect(refused.stdout).toContain('CC BY-SA 4.0');
    expect(refused.stdout).toContain('Scientific Data');
    // What was right before is kept, what was wrong is not.
    expect(readdirSync(join(folder, 'data/atlas'))).toEqual([pinnedAtlas.files[0].name]);
    if (right !== undefined) server.files.set(`/mirror/${name}`, right);
  });

  it('is fetched once from a mirror, and then there', async () => {
    server.forget();
    const fetched = await runAtoll(['atlas', 'fetch', '--url', `${server.url}/mirror/`], { env });
    expect(fetched).toMatchObject({ code: 0, stdout: expect.stringContaining('Downloaded and verified') });
    expect(server.seen.length).toBeGreaterThan(0);
    expect(server.seen.every(({ path }) => path.startsWith('/mirror/'))).toBe(true);
    const again = await runAtoll(['atlas', 'fetch', '--url', 'http://127.0.0.1:9/nothing'], { env });
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Already downloaded') });
    expect((await runAtoll(['doctor'], { env })).stdout).toMatch(/ok\s+atlas/);
  });

  it('lets a run say where each lesion lies, and write mask and DWI in MNI space', async () => {
    const ended = await segment('placed', '--space', 'MNI152');
    expect(ended.code).toBe(0);
    const { location, lesions } = Report.parse(JSON.parse(ended.stdout));
    if (location?.status !== 'located') throw new Error('it is located');
    expect(location.whole.phrase).toMatch(/^left MCA/);
    expect(lesions.every(({ territory }) => territory !== undefined)).toBe(true);
    const out = join(folder, 'placed');
    const mni = 'space-MNI152NLin6Asym';
    expect(readdirSync(out).sort()).toEqual([
      'atlas_territories.nii.gz',
      'from-dwi_to-MNI152NLin6Asym_mode-image_xfm.txt',
      'inputs.json',
      'lesion_msk.nii.gz',
      'report.html',
      'report.json',
      'report.pdf',
      `${mni}_desc-lesion_mask.json`,
      `${mni}_desc-lesion_mask.nii.gz`,
      `${mni}_dwi.nii.gz`,
    ]);
    const [mask, dwi] = [
      await readNiftiMask(readFileSync(join(out, `${mni}_desc-lesion_mask.nii.gz`))),
      await readNifti(readFileSync(join(out, `${mni}_dwi.nii.gz`))),
    ];
    expect([mask.shape, dwi.shape]).toEqual([mniGrid.shape, mniGrid.shape]);
    expect(mask.affine).toEqual(mniGrid.affine);
    // Most of this patient's emboli are on the left: x below 0, in the upper half of the index.
    const left = mask.data.filter((value, at) => value === 1 && at % 182 > 90).length;
    expect(left / mask.data.filter((value) => value === 1).length).toBeGreaterThan(0.7);
    const told = await runAtoll(['segment', '--dwi', files.dwi, '--adc', files.adc, '--out', out], { env });
    expect(told.stdout).toMatch(/1\. +\d\.\d\d mL {2}left MCA/);
    expect(told.stdout).toContain('ASPECTS (atlas estimate, not read by a person): left 10');
    // Files in MNI space of the run before would pass for those of this one.
    expect(readdirSync(out).sort()).toEqual([
      'atlas_territories.nii.gz',
      'inputs.json',
      'lesion_msk.nii.gz',
      'report.html',
      'report.json',
      'report.pdf',
    ]);
  });

  it('says the same in a thread as where it is called, and can be stopped there', async () => {
    const locator = new ThreadLocator(new AtlasFolder(join(folder, 'data/atlas')).paths());
    const { adc, brain, mask } = await patient(files.dwi, files.adc, files.expert);
    const { numbers, count } = numberLesions(mask);
    const task = { adc, brain, mask, lesionNumbers: numbers, lesionCount: count };
    const stop = new AbortController();
    const stopped = locator.locate(task, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    const located = await locator.locate(task);
    expect(located?.location.status).toBe('located');
  });

  it('gives BIDS derivatives their files in MNI space and lesions.tsv its territories', async () => {
    const bids = join(folder, 'bids');
    const session = join(bids, 'sub-01/dwi');
    mkdirSync(session, { recursive: true });
    writeFileSync(
      join(bids, 'dataset_description.json'),
      JSON.stringify({ Name: 'One', BIDSVersion: '1.9.0' }),
    );
    cpSync(files.dwi, join(session, 'sub-01_dwi.nii.gz'));
    const { shape, affine, data } = await readNifti(readFileSync(files.adc));
    writeFileSync(
      join(session, 'sub-01_adc.nii.gz'),
      gzipSync(writeNifti({ shape, affine, data }, 'float32')),
    );
    const out = join(bids, 'derivatives/atoll');
    const args = ['segment', '--bids', bids, '--out', out];
    expect((await runAtoll(args, { env })).code).toBe(0);
    const first = readdirSync(join(out, 'sub-01/dwi')).filter((name) => name.includes('MNI152'));
    expect(first).toEqual([]);
    const frequencyPicture = 'space-MNI152NLin6Asym_desc-lesionfrequency_map.png';
    // What is there and right is kept, but not where files are wanted now that are not there.
    expect((await runAtoll([...args, '--space', 'MNI152'], { env })).code).toBe(0);
    expect(readdirSync(join(out, 'sub-01/dwi')).sort()).toEqual([
      'sub-01_atlas_territories.nii.gz',
      'sub-01_desc-brain_mask.json',
      'sub-01_desc-brain_mask.nii.gz',
      'sub-01_desc-lesion_mask.json',
      'sub-01_desc-lesion_mask.nii.gz',
      'sub-01_desc-lesion_report.html',
      'sub-01_desc-lesion_report.json',
      'sub-01_desc-lesion_report.pdf',
      'sub-01_desc-lesion_thumbnail.png',
      'sub-01_from-dwi_to-MNI152NLin6Asym_mode-image_xfm.txt',
      'sub-01_space-MNI152NLin6Asym_desc-lesion_mask.json',
      'sub-01_space-MNI152NLin6Asym_desc-lesion_mask.nii.gz',
      'sub-01_space-MNI152NLin6Asym_dwi.nii.gz',
    ]);
    expect(readFileSync(join(out, 'group.html'), 'utf8')).toContain(`src="${frequencyPicture}"`);
    expect(readdirSync(out)).toContain(frequencyPicture);
    const [names, cells] = readFileSync(join(out, 'lesions.tsv'), 'utf8')
      .split('\n')
      .map((line) => line.split('\t'));
    const row = Object.fromEntries(names.map((name, n) => [name, cells[n]]));
    expect(row.location).toMatch(/^left MCA/);
    expect(Number(row.mca_left_ml)).toBeGreaterThan(1);
    expect(row).toMatchObject({
      aspects_left: '10',
      aspects_right: '10',
      pc_aspects: '10',
      atlas_fit: 'good',
    });
    expect((await bidsVerdict(out)).errors).toEqual([]);
    const map = 'space-MNI152NLin6Asym_desc-lesionfrequency_map';
    const frequency = await readNifti(readFileSync(join(out, `${map}.nii.gz`)));
    expect(frequency.shape).toEqual(mniGrid.shape);
    expect([...new Set(frequency.data)].sort()).toEqual([0, 100]);
    expect(JSON.parse(readFileSync(join(out, `${map}.json`), 'utf8'))).toMatchObject({
      Patients: 1,
      LeftOut: [],
    });
    const kept = await runAtoll([...args, '--space', 'MNI152'], { env });
    expect(kept.stdout).toContain('1 of them in earlier runs');
  });
});
