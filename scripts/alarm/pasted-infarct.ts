import { coarsen, spread } from '@atoll/engines/alarm/coarse';
import { findOwnTissue } from '@atoll/engines/alarm/own-tissue';
import { transformPoint, voxelVolumeMl } from '@atoll/volume/affine';
import { quantile } from '@atoll/volume/histogram';
import type { Mask, Volume } from '@atoll/volume/volume';
import type { Head } from './heads.ts';

export type Infarct = {
  readonly sizeMl: number;
  /** ADC of the infarct over that of the tissue that was there. */
  readonly adcShare: number;
};

/** Half of the rim, over which the infarct fades into the tissue around it. */
const rimMm = 1;

/**
 * An infarct at a random place of the brain's tissue: what lies nearest to a point by a wobbly distance has its ADC
 * lowered, and its DWI raised by exp(b·ΔADC), as physics has it; nothing of T2 is added.
 */
export function paste(
  head: Head,
  { sizeMl, adcShare }: Infarct,
  random: () => number,
): { study: { dwi: Volume; adc: Volume }; truth: Mask } {
  const { dwi, adc, b } = head;
  const { tissue, toMm2PerS } = tissueOf(head);
  const [nx, ny] = dwi.shape;
  const pointOf = (at: number) =>
    transformPoint(dwi.affine, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))]);
  const centre = pointOf(tissue[Math.floor(random() * tissue.length)]);
  const stretch = [random(), random(), random()].map((share) => 0.7 + 0.6 * share);
  const phase = [random(), random(), random()].map((share) => 6 * share);
  const nearest = tissue
    .map((at) => {
      const away = pointOf(at).map((mm, axis) => mm - centre[axis]);
      const wobble = away.reduce((sum, mm, axis) => sum + 0.15 * Math.sin(mm / 5 + phase[axis]), 1);
      return { at, mm: wobble * Math.hypot(...away.map((mm, axis) => mm * stretch[axis])) };
    })
    .sort((one, other) => one.mm - other.mm);
  const edge = nearest[Math.min(nearest.length - 1, Math.round(sizeMl / voxelVolumeMl(dwi.affine)))].mm;
  const truth = new Uint8Array(dwi.data.length);
  const [signal, diffusion] = [dwi.data.slice(), adc.data.slice()];
  for (const { at, mm } of nearest) {
    const part = Math.max(0, Math.min(1, (edge + rimMm - mm) / (2 * rimMm)));
    if (part === 0) break;
    diffusion[at] = adc.data[at] * (1 - part * (1 - adcShare));
    signal[at] = dwi.data[at] * Math.exp(b * toMm2PerS * (adc.data[at] - diffusion[at]));
    if (part >= 0.5) truth[at] = 1;
  }
  return {
    study: { dwi: { ...dwi, data: signal }, adc: { ...adc, data: diffusion } },
    truth: { shape: dwi.shape, affine: dwi.affine, data: truth },
  };
}

type Tissue = { readonly tissue: readonly number[]; readonly toMm2PerS: number };
const known = new WeakMap<Head, Tissue>();

/** Voxels of grey and white matter, and the factor of the ADC to mm²/s. */
function tissueOf(head: Head): Tissue {
  const before = known.get(head);
  if (before !== undefined) return before;
  const { dwi, adc } = head;
  const coarse = coarsen({ ...dwi, dwi: dwi.data, adc: adc.data });
  const own = findOwnTissue(coarse);
  if (own === null) throw new Error(`${head.name}: no brain was found to paste an infarct into.`);
  const brain = spread(own.brain, coarse, dwi.shape);
  const low = 0.6 * own.typicalAdc;
  const high = 1.4 * own.typicalAdc;
  const tissue: number[] = [];
  for (let at = 0; at < brain.length; at++)
    if (brain[at] !== 0 && adc.data[at] > low && adc.data[at] < high && dwi.data[at] > 0) tissue.push(at);
  const typical = quantile(
    Float32Array.from(tissue, (at) => adc.data[at]),
    0.5,
    true,
  );
  const found = { tissue, toMm2PerS: typical > 100 ? 1e-6 : typical > 0.1 ? 1e-3 : 1 };
  known.set(head, found);
  return found;
}

/** Numbers from 0 to 1, the same for the same seed (a linear congruence, its upper bits). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}
