import { AtollError } from '@atoll/errors/error';
import { sameGrid, spacingMm, toQuaternion, transformPoint } from '@atoll/volume/affine';
import { gzip } from '@atoll/volume/gzip';
import { quantile } from '@atoll/volume/histogram';
import { writeNifti } from '@atoll/volume/nifti-write';
import { fromCanonical, toCanonical } from '@atoll/volume/orientation';
import { resampleLinear } from '@atoll/volume/resample';
import type { Affine, Grid, Mask, Vec3, Volume } from '@atoll/volume/volume';
import { findBrain } from '../diffusion/brain.ts';
import { adcToMicrometres, checkNotEmpty, clean } from '../diffusion/units.ts';
import type { EngineWarning, Study } from '../engine.ts';
import { sha256 } from '../sha256.ts';
import { inputNames } from './arguments.ts';
import type { Task } from './task.ts';

export type Staged = {
  /** By the names that DeepISLES is told. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The DWI's, less what was cut off; DeepISLES answers on it. */
  readonly grid: Grid;
  readonly brain: Mask | null;
  /** From the given ADC to 10⁻⁶ mm²/s. */
  readonly adcUnitFactor: number;
  readonly sha256: Readonly<Record<string, string>>;
  readonly warnings: readonly EngineWarning[];
};

/** DeepISLES counts millimetres of each axis in a byte, and 256 of them are none. */
const extentLimitMm = 256;
/** A part of the head's voxels that may be lost with the air around it. */
const lossLimit = 0.001;

/**
 * The images as DeepISLES takes them: float32, no NaN, DWI and ADC on one grid (it lays a differing ADC over the DWI
 * without resampling), ADC in 10⁻³ mm²/s as in ISLES'22, headers of our own making.
 * @throws AtollError STUDY_EMPTY, STUDY_NO_OVERLAP, STUDY_ADC_IMPLAUSIBLE, STUDY_UNFIT
 */
export async function stage(study: Study, task: Task): Promise<Staged> {
  const warnings: EngineWarning[] = [];
  const used: [string, Volume][] = [['DWI', study.dwi]];
  if (task.flair && study.flair !== undefined) used.push(['FLAIR', study.flair]);
  for (const [role, volume] of used) checkAxes(role, volume);

  const whole = { ...study.dwi, data: study.dwi.data.slice() };
  clean(whole.data);
  checkNotEmpty(whole.data, 'DWI');
  const grid = fitGrid(whole);
  if (grid !== whole) {
    warnings.push({
      code: 'FIELD_CUT',
      severity: 'info',
      message: 'The air around the head was cropped: DeepISLES accepts no image of 256 mm or more.',
    });
  }
  const dwi = resampleLinear(whole, grid);
  const cleanAdc = { ...study.adc, data: study.adc.data.slice() };
  clean(cleanAdc.data);
  if (!sameGrid(study.adc, study.dwi)) {
    warnings.push({
      code: 'ADC_RESAMPLED',
      severity: 'info',
      message: 'The ADC was on a different grid from the DWI and was resampled onto it.',
    });
  }
  const adc = resampleLinear(cleanAdc, grid);
  const adcUnitFactor = adcToMicrometres(dwi.data, adc.data);
  const head = outline(dwi, adc);
  if (head !== null && !head.stripped && !task.skullStrip) {
    warnings.push({
      code: 'NOT_STRIPPED',
      severity: 'caution',
      message:
        'The images are not skull-stripped, but DeepISLES was developed for skull-stripped images. False positives outside the brain are more likely.',
    });
  }
  for (let at = 0; at < adc.data.length; at++) adc.data[at] /= 1000;
  const files = new Map<string, Uint8Array>([
    [inputNames.dwi, await pack(dwi)],
    [inputNames.adc, await pack(adc)],
  ]);
  if (task.flair && study.flair !== undefined) {
    const flair = { ...study.flair, data: study.flair.data.slice() };
    clean(flair.data);
    checkNotEmpty(flair.data, 'FLAIR');
    files.set(inputNames.flair, await pack(flair));
  }
  const hashes: Record<string, string> = {};
  for (const [name, bytes] of files) hashes[name] = await sha256(bytes);
  return { files, grid, brain: head?.brain ?? null, adcUnitFactor, sha256: hashes, warnings };
}

async function pack(volume: Volume): Promise<Uint8Array> {
  return gzip(writeNifti(volume, 'float32'));
}

/** DeepISLES reads by ITK, which refuses axes that are not at right angles. */
function checkAxes(role: string, { affine }: Grid): void {
  if (toQuaternion(affine) !== null) return;
  throw new AtollError(
    'STUDY_UNFIT',
    `The axes of the ${role} are not orthogonal, which DeepISLES cannot handle.`,
  );
}

function outline(dwi: Volume, adc: Volume): { brain: Mask; stripped: boolean } | null {
  const canonical = toCanonical(dwi);
  const found = findBrain(
    canonical.data,
    toCanonical(adc).data,
    canonical.shape,
    spacingMm(canonical.affine),
  );
  return found && { brain: fromCanonical(found.mask, dwi), stripped: found.stripped };
}

/**
 * The volume's own grid, or of each axis that is too long the part with the most of the head in it.
 * @throws AtollError STUDY_UNFIT when the head itself is too long.
 */
function fitGrid(volume: Volume): Grid {
  const spacing = spacingMm(volume.affine);
  if (volume.shape.every((n, axis) => n * spacing[axis] < extentLimitMm)) return volume;
  const signal = volume.data.filter((value) => value > 0);
  const threshold = 0.1 * quantile(signal, 0.99, true);
  const start: [number, number, number] = [0, 0, 0];
  const shape: [number, number, number] = [...volume.shape];
  for (const axis of [0, 1, 2] as const) {
    const length = Math.ceil(extentLimitMm / spacing[axis]) - 1;
    if (volume.shape[axis] <= length) continue;
    const counts = countAlong(volume, axis, threshold);
    const total = counts.reduce((sum, count) => sum + count, 0);
    let [best, inside] = [0, -1];
    for (let first = 0; first + length <= counts.length; first++) {
      const sum = counts.slice(first, first + length).reduce((all, count) => all + count, 0);
      if (sum > inside) [best, inside] = [first, sum];
    }
    if (inside < total * (1 - lossLimit)) {
      throw new AtollError(
        'STUDY_UNFIT',
        `The head in the DWI is ${Math.round(volume.shape[axis] * spacing[axis])} mm long along one axis; DeepISLES accepts less than 256 mm.`,
      );
    }
    [start[axis], shape[axis]] = [best, length];
  }
  return { shape, affine: movedTo(volume.affine, start) };
}

/** For each index along an axis, the voxels above the threshold. */
function countAlong({ shape, data }: Volume, axis: 0 | 1 | 2, threshold: number): number[] {
  const counts = new Array<number>(shape[axis]).fill(0);
  const [nx, ny, nz] = shape;
  for (let k = 0, at = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++)
        if (data[at] > threshold) counts[axis === 0 ? i : axis === 1 ? j : k]++;
  return counts;
}

function movedTo(affine: Affine, start: Vec3): Affine {
  const [x, y, z] = transformPoint(affine, start);
  const [a, b, c] = affine;
  return [
    [a[0], a[1], a[2], x],
    [b[0], b[1], b[2], y],
    [c[0], c[1], c[2], z],
  ];
}
