import { labelComponents } from '@atoll/volume/components';
import { reachOf, smoothWithinMask } from '@atoll/volume/gaussian';
import { quantile } from '@atoll/volume/histogram';
import { boundingBox, cropImage, cropMask, expandBox, pasteMask, sizeOf } from '@atoll/volume/morphology';
import { type Ground, voxelMlOf } from './ground.ts';
import { gather, ofLabels } from './labels.ts';
import { ringsAround } from './rings.ts';

/** Smaller pieces are all edge: there is nothing to part. */
const leastMl = 1;
/** The ADC is averaged over this within the piece, so that noise and single fibres do not tear it. */
const smoothingMm = 2;
/** From the tissue around (0) to the piece's own lower quarter (1): what lies nearer to the tissue is cut. */
const cut = 0.4;
/** A piece that does not differ from the tissue around has no inside to keep; the judge will say so. */
const leastContrast = 40;

/**
 * Parts an infarct from what is merely bright beside it (a coil's bright spot, cortex, pile-up), which growth by
 * brightness runs into: within each piece only that stays whose ADC is nearer to the infarct's than to the tissue
 * around. Returns a new mask.
 */
export function trimPieces(ground: Ground, mask: Uint8Array, z: Float32Array): Uint8Array {
  const { shape, spacingMm, adc } = ground;
  const { labels, count, sizes } = labelComponents(mask, shape, 26);
  const voxelMl = voxelMlOf(spacingMm);
  const out = mask.slice();
  if (!sizes.some((size, label) => label > 0 && size * voxelMl > leastMl)) return out;
  const rings = ringsAround(ground, { labels, count }, z);
  const values = gather(mask, labels, count, adc);
  const limits = sizes.reduce(
    (all, size, label) => {
      const ring = rings[label].adc;
      if (label === 0 || size * voxelMl <= leastMl || ring.length === 0) return all;
      const around = quantile(Float32Array.from(ring), 0.5, true);
      const inside = quantile(values[label], 0.25, true);
      if (around - inside > leastContrast) all[label] = around - cut * (around - inside);
      return all;
    },
    new Float32Array(count + 1).fill(Number.POSITIVE_INFINITY),
  );
  const parted = new Uint8Array(count + 1);
  for (let label = 1; label <= count; label++) if (Number.isFinite(limits[label])) parted[label] = 1;
  const box = boundingBox(ofLabels(labels, parted), shape);
  if (box === null) return out;
  // A margin as wide as the mean reaches: a cut box must not change it.
  const work = expandBox(box, shape, spacingMm, reachOf(smoothingMm) + Math.max(...spacingMm));
  const part = smoothWithinMask(
    cropImage(adc, shape, work),
    cropMask(mask, shape, work),
    sizeOf(work),
    spacingMm,
    smoothingMm,
  );
  const smooth = new Float32Array(adc.length);
  pasteMask(part, smooth, shape, work);
  for (let at = 0; at < out.length; at++) if (out[at] !== 0 && smooth[at] > limits[labels[at]]) out[at] = 0;
  return out;
}
