import { labelComponents, largestComponent } from '@atoll/volume/components';
import { quantile } from '@atoll/volume/histogram';
import { close, dilate, erode } from '@atoll/volume/morphology';
import type { Coarse } from './coarse.ts';
import { meanAround } from './surroundings.ts';

/** What healthy tissue looks like in this patient, and how each block of the head compares with it. */
export type OwnTissue = {
  /** Blocks of the brain, with its sulci and ventricles. */
  readonly brain: Uint8Array;
  /** Typical ADC of this patient's healthy tissue, in the map's own unit. */
  readonly typicalAdc: number;
  /** ln of the DWI that healthy tissue would have at each block. */
  readonly around: Float32Array;
  /** ADC of each block over the patient's typical one: 1 is healthy, an acute infarct about 0.5–0.7. */
  readonly adcRatio: Float32Array;
  /** ln of each block's DWI over that of the healthy tissue around it. */
  readonly brightness: Float32Array;
  /** Robust standard deviations of the two over healthy tissue. */
  readonly adcSigma: number;
  readonly brightnessSigma: number;
};

/** An ADC whose voxels scatter more than this within a block is noise or an edge; the inside of a brain is smooth. */
const smoothRoughness = 0.35;
const solidRoughness = 0.8;
/** Shares of the typical ADC: what is healthy, and what can be brain at all. */
const healthyAdc = { low: 0.8, high: 1.3 };
const brainAdc = { low: 0.15, high: 2.6 };
/** Shares of the signal around: half of it and more is tissue, a little less still belongs to its rim. */
const tissueSignal = Math.log(0.5);
const rimSignal = Math.log(0.4);

/**
 * Finds the brain and the patient's own normal on coarse blocks. Nothing in it is an absolute ADC or signal: the
 * typical ADC is a median over what is smooth and deep within the head, which an infarct of a quarter of the brain
 * does not move far, then settled among its like. null when there is nothing like a brain.
 */
export function findOwnTissue(coarse: Coarse): OwnTissue | null {
  const start = likelyBrain(coarse);
  if (start === null) return null;
  let sure = start;
  let look: Look | null = null;
  let brain: Uint8Array | null = null;
  for (const round of ['first', 'last']) {
    const next = lookAround(coarse, sure, look);
    if (next === null) return null;
    look = next;
    const inner = largestPiece(
      erode(solidTissue(coarse, look, tissueSignal), coarse.shape, coarse.spacingMm, 4),
      coarse,
    );
    if (inner === null) break;
    const reached = dilate(inner, coarse.shape, coarse.spacingMm, 7);
    const grown = both(reached, solidTissue(coarse, look, rimSignal));
    sure = smoothOf(grown, coarse);
    if (round === 'last') brain = close(grown, coarse.shape, coarse.spacingMm, 8);
  }
  if (look === null || brain === null) return null;
  return { ...look, brain };
}

/** Smooth blocks in and around the largest solid thing in the head: the skull keeps it apart from face and neck. */
function likelyBrain(coarse: Coarse): Uint8Array | null {
  const { signal, adc, roughness, filled, shape, spacingMm } = coarse;
  const bright = valuesWhere(signal, (at) => signal[at] > 0 && filled[at] > 0.5);
  if (bright.length === 0) return null;
  const faint = 0.1 * quantile(bright, 0.99, true);
  const head = (at: number) => signal[at] > faint && filled[at] > 0.5;
  const smooth = valuesWhere(adc, (at) => head(at) && roughness[at] < smoothRoughness);
  if (smooth.length === 0) return null;
  const middle = quantile(smooth, 0.5, true);
  const solid = new Uint8Array(signal.length);
  for (let at = 0; at < solid.length; at++)
    if (
      head(at) &&
      roughness[at] < solidRoughness &&
      adc[at] > brainAdc.low * middle &&
      adc[at] < brainAdc.high * middle
    )
      solid[at] = 1;
  const core = largestPiece(erode(solid, shape, spacingMm, 4), coarse) ?? largestPiece(solid, coarse);
  if (core === null) return null;
  return smoothOf(both(dilate(core, shape, spacingMm, 5), solid), coarse);
}

type Look = Omit<OwnTissue, 'brain'>;

/** Compares every block with the healthy ones among `sure`; what an earlier look found bright is not healthy. */
function lookAround(
  { signal, adc, shape, spacingMm }: Coarse,
  sure: Uint8Array,
  earlier: Look | null,
): Look | null {
  const typicalAdc = settle(valuesWhere(adc, (at) => sure[at] !== 0));
  if (!(typicalAdc > 0)) return null;
  const adcRatio = new Float32Array(adc.length);
  const healthy = new Uint8Array(adc.length);
  for (let at = 0; at < adc.length; at++) {
    adcRatio[at] = adc[at] / typicalAdc;
    if (sure[at] === 0 || adcRatio[at] < healthyAdc.low || adcRatio[at] > healthyAdc.high) continue;
    if (earlier === null || earlier.brightness[at] < 2.5 * earlier.brightnessSigma) healthy[at] = 1;
  }
  const levels = valuesWhere(signal, (at) => healthy[at] !== 0);
  if (levels.length === 0) return null;
  const typical = Math.log(quantile(levels, 0.5, true));
  const brightness = new Float32Array(signal.length);
  for (let at = 0; at < signal.length; at++)
    brightness[at] = signal[at] > 0 ? Math.log(signal[at]) : Number.NEGATIVE_INFINITY;
  const around = meanAround(brightness, healthy, typical, { shape, spacingMm });
  for (let at = 0; at < signal.length; at++) brightness[at] -= around[at];
  return {
    typicalAdc,
    around,
    adcRatio,
    brightness,
    adcSigma: spreadOf(
      valuesWhere(adcRatio, (at) => healthy[at] !== 0),
      1,
    ),
    brightnessSigma: spreadOf(
      valuesWhere(brightness, (at) => healthy[at] !== 0),
      0,
    ),
  };
}

/** The median of those near the median, until it stays: the middle of the fullest heap of values. */
function settle(values: Float32Array): number {
  let typical = quantile(values, 0.5);
  for (let round = 0; round < 5; round++)
    typical = quantile(
      values.filter((value) => value > 0.75 * typical && value < 1.3 * typical),
      0.5,
      true,
    );
  return typical;
}

function spreadOf(values: Float32Array, centre: number): number {
  for (let at = 0; at < values.length; at++) values[at] = Math.abs(values[at] - centre);
  return 1.4826 * quantile(values, 0.5, true);
}

function solidTissue(coarse: Coarse, look: Look, least: number): Uint8Array {
  const out = new Uint8Array(coarse.signal.length);
  for (let at = 0; at < out.length; at++)
    if (
      look.brightness[at] > least &&
      look.adcRatio[at] > brainAdc.low &&
      look.adcRatio[at] < brainAdc.high &&
      coarse.roughness[at] < solidRoughness &&
      coarse.filled[at] > 0.3
    )
      out[at] = 1;
  return out;
}

function smoothOf(mask: Uint8Array, { roughness }: Coarse): Uint8Array {
  const out = new Uint8Array(mask.length);
  for (let at = 0; at < out.length; at++) if (mask[at] !== 0 && roughness[at] < smoothRoughness) out[at] = 1;
  return out;
}

function both(one: Uint8Array, other: Uint8Array): Uint8Array {
  const out = new Uint8Array(one.length);
  for (let at = 0; at < out.length; at++) out[at] = one[at] & other[at];
  return out;
}

function valuesWhere(values: Float32Array, test: (at: number) => boolean): Float32Array {
  const out = new Float32Array(values.length);
  let count = 0;
  for (let at = 0; at < values.length; at++) if (test(at)) out[count++] = values[at];
  return out.subarray(0, count);
}

/** null when the mask is empty. */
function largestPiece(mask: Uint8Array, { shape }: Coarse): Uint8Array | null {
  const pieces = labelComponents(mask, shape, 6);
  if (pieces.count === 0) return null;
  const largest = largestComponent(pieces);
  const out = new Uint8Array(mask.length);
  for (let at = 0; at < out.length; at++) if (pieces.labels[at] === largest) out[at] = 1;
  return out;
}
