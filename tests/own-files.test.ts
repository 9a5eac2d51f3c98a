import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Report } from '@atoll/contract/report';
import { convertInNode } from '@atoll/dicom/convert-node';
import { assemble } from '@atoll/intake/assemble';
import { filesOfFolder } from '@atoll/intake/folder-files';
import { type GatherProgress, gather } from '@atoll/intake/gather';
import { fileOfBytes } from '@atoll/intake/input-file';
import { propose } from '@atoll/intake/propose';
import { sameGrid, transformPoint } from '@atoll/volume/affine';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAtoll } from '../packages/cli/test/run-atoll.ts';
import { bareDicom, madeDicom, madeSeries, madeUihMosaics } from '../packages/dicom/test/made-dicom.ts';
import {
  paintLesion,
  type Side,
  storedFromOtherSide,
  turned,
  turnedPoint,
} from '../packages/dicom/test/paint-lesion.ts';
import {
  fewDirections,
  philipsSeries,
  philipsVolunteer,
  philipsZip,
  withoutPhilips,
} from '../packages/dicom/test/philips-series.ts';
import { readWithPydicom } from '../packages/dicom/test/read-back.ts';
import { markedVoxels, voxelsAt } from '../packages/dicom/test/source-series.ts';
import { findDcm2niix } from '../scripts/dcm2niix.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-own-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeAll(name: string, files: readonly Uint8Array[]): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [at, bytes] of files.entries()) writeFileSync(join(path, `IM${at}`), bytes);
  return path;
}

describe('DICOM among a reader’s files', () => {
  const series = { series: '1.2.3.1', seriesNumber: 7, description: 'ep2d_diff' };
  const bring = (files: readonly Uint8Array[]) =>
    files.map((bytes, at) => fileOfBytes(`export/IM${at}`, bytes));

  it('of United Imaging, tiled into mosaics, gives the volumes and b-values of the same slices one by one', async () => {
    const read = async (files: readonly Uint8Array[]) => {
      const { candidates } = await gather(bring(files), { convert: convertInNode });
      expect(candidates).toHaveLength(1);
      const [{ bValues, volumes, open }] = candidates;
      const image = await open();
      const all = Array.from({ length: volumes }, async (_, at) => (await image.volume(at)).data);
      return { bValues, affine: (await image.volume(0)).affine, voxels: await Promise.all(all) };
    };
    const [tiled, single] = await Promise.all([
      read(madeUihMosaics(series, [0, 1000])),
      read(madeSeries(series, [0, 1000], 4)),
    ]);
    expect(tiled.bValues).toEqual([0, 1000]);
    expect(tiled.voxels).toEqual(single.voxels);
    for (const [row, entries] of tiled.affine.entries())
      for (const [at, entry] of entries.entries()) expect(entry).toBeCloseTo(single.affine[row][at], 3);
  });

  it('that is a header without pixels is named as that, and never as an image', async () => {
    const plain = madeDicom(series);
    const header = plain.subarray(0, plain.length - 524);
    const { candidates, ignored } = await gather(bring([header]), { convert: convertInNode });
    expect(candidates).toEqual([]);
    expect(ignored.map(({ reason }) => reason).join()).toContain('without pixel data');
  });

  it('is sorted by series; what may be of use is converted, with progress', async () => {
    const imageType = 'ORIGINAL\\PRIMARY\\M';
    const steps: GatherProgress[] = [];
    const { candidates, ignored } = await gather(
      bring([
        ...madeSeries(series, [0, 1000, 1000, 1000]),
        madeDicom({ series: '1.2.3.2', seriesNumber: 9, description: 'head', modality: 'CT', imageType }),
        madeDicom({ series: '1.2.3.3', seriesNumber: 2, description: 't1_mprage', imageType }),
        bareDicom({ series: '1.2.3.4', seriesNumber: 3, description: 'localizer', imageType }),
      ]),
      { convert: convertInNode, onProgress: (step) => steps.push(step) },
    );
    expect(candidates).toHaveLength(1);
    expect(candidates[0]).toMatchObject({ source: 'dicom', volumes: 4, bValues: [0, 1000, 1000, 1000] });
    expect(candidates[0].dicom?.files).toHaveLength(12);
    expect(ignored.map(({ reason }) => reason)).toEqual([
      'A series of 1 files: its modality is CT, not MR.',
      'A series of 1 files: it is called “t1”.',
      'A series of 1 files: it is called “localizer”.',
    ]);
    expect(new Set(steps.map(({ stage }) => stage))).toEqual(new Set(['look', 'convert', 'read']));
    const fractions = steps.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect(propose(candidates).choice).toMatchObject({
      dwi: { volumes: [1, 2, 3] },
      adc: { computedFrom: { b0: { volumes: [0] }, bValue: 1000 } },
    });
  });

  it('costs nothing else when it is cut off, claims too much or cannot be converted', async () => {
    const good = fileOfBytes('dwi.nii', writeNifti({ ...cube, data: new Float32Array(8).fill(2) }, 'int16'));
    const [cut] = madeSeries({ ...series, series: '1.2.9.1' }, [0]);
    const { candidates, ignored } = await gather(
      [
        good,
        fileOfBytes('cut', cut.subarray(0, 400)),
        fileOfBytes('empty', madeDicom({ ...series, series: '1.2.9.2', pixels: [] })),
      ],
      { convert: convertInNode },
    );
    expect(candidates.map(({ name }) => name)).toEqual(['dwi']);
    expect(ignored.map(({ path }) => path).sort()).toEqual(['7 ep2d_diff', 'cut']);
  });
});

const cube = {
  shape: [2, 2, 2],
  affine: [
    [2, 0, 0, 0],
    [0, 2, 0, 0],
    [0, 0, 2, 0],
  ],
} as const;

describe.skipIf(withoutPhilips)('a real series of 544 DICOM files in a ZIP', () => {
  const made = async () => {
    const { candidates } = await gather(await filesOfFolder(philipsZip), { convert: convertInNode });
    const proposal = propose(candidates);
    if (proposal.choice === null) throw new Error('nothing was proposed');
    return { candidates, proposal, assembled: await assemble(candidates, proposal.choice) };
  };
  let ready: Awaited<ReturnType<typeof made>>;
  beforeAll(async () => {
    ready = await made();
  }, 120_000);

  it('is recognised: 12 directions of b = 1000, a b0, and four images near it that are left out', () => {
    const { candidates, proposal } = ready;
    expect(candidates).toHaveLength(1);
    expect(candidates[0].dicom?.files).toHaveLength(544);
    expect(candidates[0].bValues?.filter((b) => b === 1000)).toHaveLength(12);
    const b = candidates[0].bValues ?? [];
    const thousand = [...b.keys()].filter((at) => b[at] === 1000);
    expect(proposal.choice).toMatchObject({
      dwi: { volumes: thousand },
      adc: { computedFrom: { b0: { volumes: [b.indexOf(0)] }, bValue: 1000 } },
    });
    expect(proposal.problems).toEqual([]);
  });

  it('lies where the native dcm2niix puts it, to a micrometre, with the same voxels', async () => {
    const native = findDcm2niix();
    if (native === null) throw new Error('npm test installs dcm2niix; or install it by hand.');
    const input = writeAll('native-in', await philipsSeries());
    const output = join(folder, 'native-out');
    mkdirSync(output);
    execFileSync(native, ['-z', 'n', '-f', 'out', '-o', output, input], { stdio: 'ignore' });
    const file = readdirSync(output).find((name) => name.endsWith('.nii'));
    const all = readFileSync(join(output, file ?? ''));
    const ours = await (await ready.candidates[0].open()).volume(1);
    // The order of volumes is each program's own; a diff of so many voxels would take an hour to print.
    const places: boolean[] = [];
    for (let volumeIndex = 0; volumeIndex < 17; volumeIndex++) {
      const theirs = await readNifti(all, { volumeIndex });
      if (ours.data.every((value, at) => value === theirs.data[at]))
        places.push(sameGrid(ours, theirs, 1e-3));
    }
    expect(places).toEqual([true]);
  });

  it('gives the trace and ADC that another program made of it', async () => {
    const theirs = async (name: string) => readNifti(readFileSync(join(philipsVolunteer, name)));
    const [trace, adc] = [await theirs('trace_b1000.nii.gz'), await theirs('adc.nii.gz')];
    const dwi = await readNifti(ready.assembled.dwi);
    const computed = await readNifti(ready.assembled.adc);
    const [nx, ny, nz] = dwi.shape;
    // Theirs is in the scanner's own unit; its rows run the other way, as DICOM stores them.
    const unit = dwi.data[nx * (ny >> 1) + (nx >> 1)] / trace.data[nx * (ny - 1 - (ny >> 1)) + (nx >> 1)];
    let [worstTrace, worstAdc, compared] = [0, 0, 0];
    for (let k = 0; k < nz; k++)
      for (let j = 0; j < ny; j++)
        for (let i = 0; i < nx; i++) {
          const at = i + nx * (j + ny * k);
          const there = i + nx * (ny - 1 - j + ny * k);
          if (!(trace.data[there] > 1 && adc.data[there] > 0)) continue;
          compared++;
          worstTrace = Math.max(worstTrace, Math.abs(dwi.data[at] / unit / trace.data[there] - 1));
          worstAdc = Math.max(worstAdc, Math.abs(computed.data[at] - Math.min(5, adc.data[there])));
        }
    expect(compared).toBeGreaterThan(100_000);
    expect(worstTrace).toBeLessThan(1e-4);
    expect(worstAdc).toBeLessThan(1e-4);
  });
});

describe.skipIf(withoutPhilips)('a lesion painted into DICOM', () => {
  let small: Uint8Array[];
  beforeAll(async () => {
    small = fewDirections(await philipsSeries());
  }, 60_000);

  const variants: [string, Side, (files: Uint8Array[]) => Uint8Array[], number][] = [
    ['as the scanner stored it', 'right', (files) => files, 0],
    ['with its rows stored from the other side', 'right', storedFromOtherSide, 0],
    ['turned to an oblique grid', 'left', (files) => turned(files, 'z', 25), 25],
  ];

  it.each(variants)(
    '%s is found on the patient’s %s by the command line',
    async (name, side, change, degrees) => {
      const painted = paintLesion(small, side);
      const input = writeAll(`${side} ${name}`, change(painted.files));
      const out = join(folder, `out ${side} ${name}`);
      const { code, stdout, stderr } = await runAtoll(['segment', '--dicom', input, '--out', out, '--json']);
      expect(stderr).toContain('3 directions, to be combined into a trace');
      expect(code).toBe(0);
      const report = Report.parse(JSON.parse(stdout));
      expect(report.lesions[0].side).toBe(side);
      expect(report.provenance.derivation).toHaveLength(2);
      const mask = await readNiftiMask(readFileSync(join(out, 'lesion_msk.nii.gz')));
      const centre = turnedPoint(painted.centreMm, 'z', degrees);
      const [nx, ny] = mask.shape;
      const covered = (x: number) => {
        const middle = [x, centre[1], centre[2]];
        const ball = [...mask.data.keys()].filter((at) => {
          const index = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))] as const;
          const place = transformPoint(mask.affine, index);
          return Math.hypot(...place.map((mm, axis) => mm - middle[axis])) < painted.radiusMm - 1;
        });
        return ball.filter((at) => mask.data[at] === 1).length / ball.length;
      };
      expect(covered(centre[0])).toBeGreaterThan(0.9);
      expect(covered(-centre[0])).toBeLessThan(0.05);
      // In DICOM it is where it is in NIfTI; x > 0 is the patient's left there.
      const [{ points }] = readWithPydicom([readFileSync(join(out, 'lesion_seg.dcm'))]);
      expect(voxelsAt(points, mask)).toEqual(markedVoxels(mask));
      const middleX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
      expect(middleX > 0 ? 'left' : 'right').toBe(side);
    },
  );
});
