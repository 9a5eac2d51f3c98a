import { compose, spacingMm as spacingOf } from '@atoll/volume/affine';
import { boundingBox, dilate, expandBox, sizeOf } from '@atoll/volume/morphology';
import { orientationOf } from '@atoll/volume/orientation';
import type { Affine, AffineRow, Vec3, Volume, VoxelArray } from '@atoll/volume/volume';
import type { Anatomy, Changed, Subject } from './anatomy.ts';
import { rotationAbout, type Turn } from './rotation.ts';

/** The same voxels, moved: every volume of a subject by one rule. */
type Move = <Data extends VoxelArray>(volume: Volume<Data>) => Volume<Data>;

function movedAll(subject: Subject, move: Move): Changed {
  const { dwi, b0, adc, brain, lesions, known } = subject;
  return {
    subject: {
      ...subject,
      dwi: move(dwi),
      b0: move(b0),
      adc: move(adc),
      brain: move(brain),
      lesions: move(lesions),
      known: known === null ? null : move(known),
    },
    moved: (mask) => move(mask),
  };
}

/** As after skull stripping: zero outside the brain. */
export function stripped(subject: Subject): Changed {
  const { brain } = subject;
  const kept = dilate(brain.data, brain.shape, spacingOf(brain.affine), 1);
  const only = (volume: Volume) => ({
    ...volume,
    data: volume.data.map((value, at) => (kept[at] ? value : 0)),
  });
  return {
    subject: { ...subject, dwi: only(subject.dwi), b0: only(subject.b0), adc: only(subject.adc) },
    moved: (mask) => mask,
  };
}

/** The head lies as it did; the header says that the slices were turned, as a technician turns them. */
export function turnedHeader(subject: Subject, anatomy: Anatomy, turn: Turn): Changed {
  const rotation = rotationAbout(anatomy.frame, turn);
  return movedAll(subject, (volume) => ({ ...volume, affine: compose(rotation, volume.affine) }));
}

/** In plane 5 mm around the brain, and without its lowest eighth: a field of view as it is often cut. */
export function cropped(subject: Subject): Changed {
  const { brain } = subject;
  const found = boundingBox(brain.data, brain.shape);
  if (found === null) throw new Error('A brain without voxels cannot be cut.');
  const around = expandBox(found, brain.shape, spacingOf(brain.affine), 5);
  const { axis, flipped } = orientationOf(brain.affine);
  const up = axis[2];
  const cut = Math.round((found.high[up] - found.low[up]) / 8);
  const low: [number, number, number] = [...around.low];
  const high: [number, number, number] = [...around.high];
  if (flipped[2]) high[up] = found.high[up] - cut;
  else low[up] = found.low[up] + cut;
  const box = { low, high };
  const shape = sizeOf(box);
  return movedAll(subject, ({ affine, shape: whole, data }) => {
    const part = ownCopy(data, shape[0] * shape[1] * shape[2]);
    let at = 0;
    for (let k = low[2]; k <= high[2]; k++)
      for (let j = low[1]; j <= high[1]; j++)
        for (let i = low[0]; i <= high[0]; i++, at++) part[at] = data[i + whole[0] * (j + whole[1] * k)];
    return { shape, affine: shifted(affine, low), data: part };
  });
}

/** The same voxels at the same places, stored from the other end and with their axes in another order. */
export function reordered(subject: Subject): Changed {
  const from: Vec3 = [1, 2, 0];
  const backward = [true, false, true];
  return movedAll(subject, ({ shape, affine, data }) => {
    const size: Vec3 = [shape[from[0]], shape[from[1]], shape[from[2]]];
    const stored = ownCopy(data, data.length);
    const old = [0, 0, 0];
    for (let k = 0, at = 0; k < size[2]; k++)
      for (let j = 0; j < size[1]; j++)
        for (let i = 0; i < size[0]; i++, at++) {
          [i, j, k].forEach((n, axis) => {
            old[from[axis]] = backward[axis] ? size[axis] - 1 - n : n;
          });
          stored[at] = data[old[0] + shape[0] * (old[1] + shape[1] * old[2])];
        }
    const row = (r: AffineRow): AffineRow => {
      const step = (axis: number) => (backward[axis] ? -r[from[axis]] : r[from[axis]]);
      const shift = from.reduce((sum, old, n) => sum + (backward[n] ? r[old] * (size[n] - 1) : 0), 0);
      return [step(0), step(1), step(2), r[3] + shift];
    };
    return { shape: size, affine: [row(affine[0]), row(affine[1]), row(affine[2])], data: stored };
  });
}

/** The first voxels of an array in an array of the same type. */
function ownCopy<Data extends VoxelArray>(data: Data, length: number): Data;
function ownCopy(data: VoxelArray, length: number): VoxelArray {
  return data.slice(0, length);
}

/** The affine of a grid that begins at another voxel. */
function shifted(affine: Affine, [i, j, k]: Vec3): Affine {
  const row = (r: AffineRow): AffineRow => [r[0], r[1], r[2], r[3] + r[0] * i + r[1] * j + r[2] * k];
  return [row(affine[0]), row(affine[1]), row(affine[2])];
}
