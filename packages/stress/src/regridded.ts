import { compose, spacingMm as spacingOf } from '@atoll/volume/affine';
import { resampleLinear } from '@atoll/volume/resample';
import type { Affine, AffineRow, Grid, Mask, Volume, VoxelArray } from '@atoll/volume/volume';
import type { Anatomy, Changed, Subject } from './anatomy.ts';
import { rotationAbout, type Turn } from './rotation.ts';

/** The head turned within the same field of view, its images interpolated. */
export function turned(subject: Subject, anatomy: Anatomy, turn: Turn): Changed {
  const rotation = rotationAbout(anatomy.frame, turn);
  const grid: Grid = { shape: subject.dwi.shape, affine: subject.dwi.affine };
  const away = <Data extends VoxelArray>(volume: Volume<Data>): Volume<Data> => ({
    ...volume,
    affine: compose(rotation, volume.affine),
  });
  const image = (volume: Volume) => resampleLinear(away(volume), grid);
  return regridded(subject, image, (share) => resampleLinear(away(share), grid));
}

/**
 * As if acquired in thicker slices: signals are averaged through the slice, and the ADC is what those signals give.
 * null where the slices are nearly that thick already.
 */
export function thickSlices(subject: Subject, thicknessMm: number): Changed | null {
  const spacing = spacingOf(subject.dwi.affine);
  if (spacing[2] > 0.8 * thicknessMm) return null;
  const { shape, affine } = subject.dwi;
  const ratio = thicknessMm / spacing[2];
  const count = Math.floor(shape[2] / ratio);
  const row = (r: AffineRow): AffineRow => [r[0], r[1], r[2] * ratio, r[3] + r[2] * (ratio / 2 - 0.5)];
  const thick: Affine = [row(affine[0]), row(affine[1]), row(affine[2])];
  const slice = shape[0] * shape[1];
  const averaged = ({ data }: Volume): Volume => {
    const out = new Float32Array(slice * count);
    for (let k = 0; k < count; k++) {
      const [low, high] = [k * ratio, (k + 1) * ratio];
      for (let z = Math.floor(low); z < Math.min(shape[2], Math.ceil(high)); z++) {
        const share = (Math.min(high, z + 1) - Math.max(low, z)) / ratio;
        if (share <= 0) continue;
        for (let at = 0; at < slice; at++) out[k * slice + at] += share * data[z * slice + at];
      }
    }
    return { shape: [shape[0], shape[1], count], affine: thick, data: out };
  };
  const changed = regridded(subject, averaged, averaged);
  const { dwi, b0, adc } = changed.subject;
  for (let at = 0; at < adc.data.length; at++) {
    if (dwi.data[at] > 0 && b0.data[at] > 0)
      adc.data[at] = (Math.log(b0.data[at] / dwi.data[at]) / subject.bValue) * 1e6;
  }
  return changed;
}

/** A subject on another grid: images by one rule; of each mask, voxels of which half or more is inside. */
function regridded(
  subject: Subject,
  image: (volume: Volume) => Volume,
  shares: (volume: Volume) => Volume,
): Changed {
  const half = (mask: Mask, label?: number): Mask => {
    const part = shares({
      ...mask,
      data: Float32Array.from(mask.data, (value) =>
        (label === undefined ? value > 0 : value === label) ? 1 : 0,
      ),
    });
    return { ...part, data: Uint8Array.from(part.data, (value) => (value >= 0.5 ? 1 : 0)) };
  };
  const dwi = image(subject.dwi);
  const lesions = { ...dwi, data: new Uint8Array(dwi.data.length) };
  subject.lesionMl.forEach((_, n) => {
    const part = half(subject.lesions, n + 1);
    if (part.data.every((value) => value === 0)) largestShare(subject.lesions, n + 1, shares, part.data);
    for (let at = 0; at < part.data.length; at++) if (part.data[at] !== 0) lesions.data[at] = n + 1;
  });
  return {
    subject: {
      ...subject,
      dwi,
      b0: image(subject.b0),
      adc: image(subject.adc),
      brain: half(subject.brain),
      lesions,
      known: subject.known === null ? null : half(subject.known),
    },
    moved: (mask) => half(mask),
  };
}

/** An infarct smaller than half of any new voxel does not vanish from the truth: its fullest voxel stands for it. */
function largestShare(
  lesions: Mask,
  label: number,
  shares: (volume: Volume) => Volume,
  out: Uint8Array,
): void {
  const part = shares({
    ...lesions,
    data: Float32Array.from(lesions.data, (value) => (value === label ? 1 : 0)),
  });
  let best = 0;
  for (let at = 1; at < part.data.length; at++) if (part.data[at] > part.data[best]) best = at;
  if (part.data[best] > 0) out[best] = 1;
}
