import { spacingMm as spacingOf, transformPoint } from '@atoll/volume/affine';
import { labelComponents, largestComponent } from '@atoll/volume/components';
import { smoothGaussian } from '@atoll/volume/gaussian';
import { modeOf, quantile } from '@atoll/volume/histogram';
import { close, dilate, erode, fillHolesBySlice, open } from '@atoll/volume/morphology';
import type { Mask, Vec3 } from '@atoll/volume/volume';
import type { Images } from './anatomy.ts';

/**
 * The brain and its tissue for pasting, made from b0, DWI and ADC together and independent of any engine: an engine
 * has no b0, and its mistakes must not become the truth that it is measured against. Checked by eye on every head
 * of the suite.
 * @param given what is known of the brain: that all else was cut away, nothing, or the brain itself.
 */
export function outlineBrain(
  images: Images,
  given: 'stripped' | 'whole head' | Uint8Array,
): { brain: Mask; tissue: Mask } {
  const { shape, affine } = images.dwi;
  const on = (data: Uint8Array): Mask => ({ shape, affine, data });
  const spacing = spacingOf(affine);
  const level = tissueLevel(images, spacing);
  const brain =
    given === 'stripped' ? nonZero(images) : given === 'whole head' ? outline(images, level, spacing) : given;
  return { brain: on(brain), tissue: on(tissueWithin(brain, images, level, spacing)) };
}

type Level = {
  /** Ordinary ADC of this head's tissue, 10⁻⁶ mm²/s. */
  readonly adc: number;
  /** ADC smoothed with the signal as weight, so that air does not leak in. */
  readonly smoothAdc: Float32Array;
  /** DWI and b0 smoothed by half a voxel or so. */
  readonly dwi: Float32Array;
  readonly b0: Float32Array;
  /** Signal of ordinary tissue on the DWI around each voxel, and that of b0. */
  readonly dwiHere: Float32Array;
  readonly b0Here: Float32Array;
};

function tissueLevel({ dwi, b0, adc }: Images, spacing: Vec3): Level {
  const { shape } = dwi;
  const smoothDwi = smoothGaussian(dwi.data, shape, spacing, 1.5);
  const smoothB0 = smoothGaussian(b0.data, shape, spacing, 1.5);
  const weighted = smoothGaussian(
    adc.data.map((value, at) => Math.min(4000, Math.max(-500, value)) * Math.max(0, dwi.data[at])),
    shape,
    spacing,
    1.5,
  );
  const smoothAdc = weighted.map((value, at) => value / Math.max(smoothDwi[at], 1e-6));
  const bright = 0.3 * quantile(smoothDwi, 0.98);
  const inHead: number[] = [];
  for (let at = 0; at < smoothAdc.length; at++) {
    if (smoothDwi[at] > bright && smoothAdc[at] > 300 && smoothAdc[at] < 1400) inHead.push(smoothAdc[at]);
  }
  const mode = modeOf(Float32Array.from(inHead), 300, 1400, { bins: 110, smoothing: 6 }) ?? 800;
  // Coils near the skull shade the head by a factor of three: what is ordinary is asked within a few centimetres.
  const sure = new Uint8Array(smoothDwi.length);
  for (let at = 0; at < sure.length; at++) {
    if (smoothDwi[at] > bright && smoothAdc[at] > 0.7 * mode && smoothAdc[at] < 1.35 * mode) sure[at] = 1;
  }
  const core = largest(erode(sure, shape, spacing, 3), shape);
  const near = dilate(core, shape, spacing, 4);
  for (let at = 0; at < sure.length; at++) if (near[at] === 0) sure[at] = 0;
  return {
    adc: mode,
    smoothAdc,
    dwi: smoothDwi,
    b0: smoothB0,
    dwiHere: localMean(smoothDwi, sure, shape, spacing, 18),
    b0Here: localMean(smoothB0, sure, shape, spacing, 18),
  };
}

function outline({ dwi }: Images, level: Level, spacing: Vec3): Uint8Array {
  const { shape, affine } = dwi;
  const candidate = new Uint8Array(dwi.data.length);
  for (let at = 0; at < candidate.length; at++) {
    const adc = level.smoothAdc[at] / level.adc;
    const tissue = level.dwi[at] > 0.45 * level.dwiHere[at] && adc > 0.35 && adc < 1.7;
    const fluid = level.b0[at] > 0.9 * level.b0Here[at] && adc >= 1.3;
    if (tissue || fluid) candidate[at] = 1;
  }
  const core = largest(erode(candidate, shape, spacing, 6), shape);
  const grown = dilate(core, shape, spacing, 7.5);
  for (let at = 0; at < grown.length; at++) if (candidate[at] === 0) grown[at] = 0;
  const whole = close(largest(grown, shape), shape, spacing, 8);
  return fillHolesBySlice(withoutNeck(whole, { shape, affine }), shape);
}

/** Below the foramen magnum the cord is no brain: what lies more than 135 mm under the vertex is left out. */
function withoutNeck(mask: Uint8Array, { shape, affine }: Pick<Mask, 'shape' | 'affine'>): Uint8Array {
  let top = Number.NEGATIVE_INFINITY;
  const heights = new Float32Array(mask.length);
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++, at++) {
        if (mask[at] === 0) continue;
        heights[at] = transformPoint(affine, [i, j, k])[2];
        if (heights[at] > top) top = heights[at];
      }
  return mask.map((value, n) => (value !== 0 && heights[n] > top - 135 ? 1 : 0));
}

/**
 * Brain tissue: ADC and DWI of this head's own ordinary tissue, give or take; not the outermost 1.5 mm, where
 * bone and CSF share the voxels, nothing thin that hangs on (orbit, sinus, ghosts), and no piled-up signal.
 */
function tissueWithin(brain: Uint8Array, { dwi, adc }: Images, level: Level, spacing: Vec3): Uint8Array {
  const inner = erode(brain, dwi.shape, spacing, 1.5);
  const solid = open(brain, dwi.shape, spacing, 8);
  const tissue = new Uint8Array(brain.length);
  for (let at = 0; at < tissue.length; at++) {
    if (inner[at] === 0 || solid[at] === 0) continue;
    const share = level.smoothAdc[at] / level.adc;
    const own = adc.data[at] / level.adc;
    const signal = level.dwi[at] / level.dwiHere[at];
    const t2 = level.b0[at] / level.b0Here[at];
    if (share < 0.55 || share > 1.45 || own < 0.3 || own > 1.7) continue;
    if (signal < 0.5 || signal > 1.8 || t2 < 0.4 || t2 > 1.9) continue;
    tissue[at] = 1;
  }
  // Single voxels that noise took out would make holes in an infarct that no infarct has.
  const filled = fillHolesBySlice(tissue, dwi.shape, Math.round(14 / (spacing[0] * spacing[1])));
  for (let at = 0; at < filled.length; at++) if (level.smoothAdc[at] > 1.6 * level.adc) filled[at] = 0;
  return largest(filled, dwi.shape, 6);
}

function nonZero({ dwi, adc }: Images): Uint8Array {
  const mask = new Uint8Array(dwi.data.length);
  for (let at = 0; at < mask.length; at++) if (dwi.data[at] > 0 && adc.data[at] !== 0) mask[at] = 1;
  return fillHolesBySlice(largest(mask, dwi.shape), dwi.shape);
}

function largest(mask: Uint8Array, shape: Vec3, connectivity: 6 | 26 = 26): Uint8Array<ArrayBuffer> {
  const pieces = labelComponents(mask, shape, connectivity);
  const out = new Uint8Array(mask.length);
  if (pieces.count === 0) return out;
  const best = largestComponent(pieces);
  for (let at = 0; at < out.length; at++) if (pieces.labels[at] === best) out[at] = 1;
  return out;
}

/** Gaussian mean of an image over the voxels of a mask, asked everywhere. */
function localMean(
  image: Float32Array,
  mask: Uint8Array,
  shape: Vec3,
  spacing: Vec3,
  sigmaMm: number,
): Float32Array {
  const weight = Float32Array.from(mask);
  const sum = smoothGaussian(
    image.map((value, at) => value * weight[at]),
    shape,
    spacing,
    sigmaMm,
  );
  const count = smoothGaussian(weight, shape, spacing, sigmaMm);
  let [all, inside] = [0, 0];
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] === 0) continue;
    all += image[at];
    inside++;
  }
  // Where none of it is near, the head's mean.
  const mean = all / Math.max(1, inside);
  return sum.map((value, at) => (value + 1e-3 * mean) / (count[at] + 1e-3));
}
