import { labelComponents } from '@atoll/volume/components';
import { quantile } from '@atoll/volume/histogram';
import { type Ground, voxelMlOf } from './ground.ts';
import { membersOf, valuesAt } from './labels.ts';
import { type Ring, ringsAround } from './rings.ts';
import { normalAdc, type Scores } from './scores.ts';

/** What a piece is judged by; numbers in its name are percentiles over its voxels. ADC is calibrated. */
export type Piece = {
  readonly label: number;
  readonly voxels: number;
  readonly volumeMl: number;
  readonly z50: number;
  readonly asymmetry50: number;
  readonly asymmetry90: number;
  readonly score90: number;
  readonly wide90: number;
  readonly adc10: number;
  readonly adc50: number;
  /** Median ADC of its brighter half: at its edge other tissue has a part in the voxels. */
  readonly adcOfBrighter: number;
  readonly excess50: number;
  /** Of its deepest part below the brain's hull, mm. */
  readonly depth90: number;
  /** Fraction that lies beside signal pile-up. */
  readonly pileUp: number;
  /** How far its ADC lies below that of the tissue around it, 10⁻⁶ mm²/s. */
  readonly adcContrast: number;
  /** How far its z lies above that of the tissue around it. */
  readonly zContrast: number;
  /**
   * Of the tissue around, the brighter and the lower-ADC quarter from here on: where much around looks like the piece,
   * it is the tissue of that place, and no infarct.
   */
  readonly zAround75: number;
  readonly adcAround25: number;
};

/** The 26-connected pieces of a mask, each with its evidence, and the places of its voxels by label. */
export type Pieces = {
  readonly labels: Int32Array;
  readonly count: number;
  readonly all: readonly Piece[];
  readonly members: readonly Int32Array[];
};

/** The piece that holds what a piece of another mask, inside this one, begins with. */
export function pieceBelow({ labels, all }: Pieces, members: Int32Array): Piece {
  return all[labels[members[0]] - 1];
}

/** A ring of fewer voxels tells nothing about the tissue around. */
const leastRing = 6;

/** What else is known of the voxels, one value each. */
export type Surroundings = {
  readonly depthMm: Float32Array;
  /** What lies beside signal pile-up. */
  readonly pileUp: Uint8Array;
};

export function describePieces(
  ground: Ground,
  mask: Uint8Array,
  scores: Scores,
  { depthMm, pileUp }: Surroundings,
): Pieces {
  const { shape, spacingMm, adc } = ground;
  const { labels, count, sizes } = labelComponents(mask, shape, 26);
  const members = membersOf(labels, count);
  const rings = ringsAround(ground, { labels, count }, scores.z);
  const voxelMl = voxelMlOf(spacingMm);
  const all: Piece[] = [];
  for (let label = 1; label <= count; label++) {
    const of = (values: Float32Array) => valuesAt(values, members[label]);
    const [z, asymmetry, diffusion] = [of(scores.z), of(scores.asymmetry), of(adc)];
    const adc50 = quantile(diffusion, 0.5, true);
    const z50 = quantile(z, 0.5, true);
    const brighter = members[label].filter((at) => scores.z[at] >= z50);
    const beside = members[label].reduce((sum, at) => sum + (pileUp[at] !== 0 ? 1 : 0), 0);
    const around = surroundings(rings[label]);
    all.push({
      label,
      voxels: sizes[label],
      volumeMl: sizes[label] * voxelMl,
      z50,
      asymmetry50: quantile(asymmetry, 0.5, true),
      asymmetry90: quantile(asymmetry, 0.9, true),
      score90: quantile(of(scores.score), 0.9, true),
      wide90: quantile(of(scores.wide), 0.9, true),
      adc10: quantile(diffusion, 0.1, true),
      adc50,
      adcOfBrighter: quantile(valuesAt(adc, brighter), 0.5, true),
      excess50: quantile(of(scores.excess), 0.5, true),
      depth90: quantile(of(depthMm), 0.9, true),
      pileUp: beside / sizes[label],
      adcContrast: around.adc - adc50,
      zContrast: z50 - around.z,
      zAround75: around.z75,
      adcAround25: around.adc25,
    });
  }
  return { labels, count, all, members };
}

/** Figures of a ring; where it tells nothing, those of healthy tissue. */
function surroundings(ring: Ring): { adc: number; z: number; adc25: number; z75: number } {
  if (ring.adc.length < leastRing) return { adc: normalAdc, z: 0, adc25: normalAdc, z75: 0 };
  const [adc, z] = [Float32Array.from(ring.adc), Float32Array.from(ring.z)];
  return {
    adc: quantile(adc, 0.5, true),
    z: quantile(z, 0.5, true),
    adc25: quantile(adc, 0.25, true),
    z75: quantile(z, 0.75, true),
  };
}
