import type { Random } from '@atoll/phantom/random';
import { spacingMm as spacingOf } from '@atoll/volume/affine';
import { smoothWithinMask } from '@atoll/volume/gaussian';
import { robustSigma } from '@atoll/volume/histogram';
import type { Vec3 } from '@atoll/volume/volume';
import type { Anatomy, Images } from './anatomy.ts';
import type { Profile } from './growth.ts';
import { makeWaves } from './waves.ts';

/** What a change of tissue does to its signal. */
export type Effect = {
  /** ADC over that of the tissue before. */
  readonly adcShare: number;
  /** Signal at b = 0 over that before. */
  readonly t2: number;
  /** What both make of the DWI, over that before. */
  readonly contrast: number;
};

/**
 * Changes tissue in a head's images so that b0, DWI and ADC stay one: DWI = b0·exp(−b·ADC). The noise of each voxel
 * is kept as it is in the image; the change itself is computed from smoothed tissue, for a change computed from noisy
 * voxels would multiply their noise.
 */
export class SignalModel {
  readonly #random: Random;
  readonly #images: Images;
  readonly #dwi: Float32Array;
  readonly #b0: Float32Array;
  readonly #adc: Float32Array;
  readonly #smooth: Smoothed;
  readonly #spacing: Vec3;

  /** @param images the head's own, or those with something in them already. */
  constructor(anatomy: Anatomy, images: Images, random: Random) {
    this.#random = random;
    this.#images = images;
    this.#dwi = images.dwi.data.slice();
    this.#b0 = images.b0.data.slice();
    this.#adc = images.adc.data.slice();
    this.#smooth = smoothedOf(anatomy);
    this.#spacing = spacingOf(images.dwi.affine);
  }

  images(): Pick<Images, 'dwi' | 'b0' | 'adc'> {
    const { dwi, b0, adc } = this.#images;
    return {
      dwi: { ...dwi, data: this.#dwi },
      b0: { ...b0, data: this.#b0 },
      adc: { ...adc, data: this.#adc },
    };
  }

  /**
   * An acute infarct's: ADC 36–85 % of the tissue's, T2 effect 0.9–2.4. One that would not be visibly brighter on the
   * DWI than healthy tissue is drawn again: nobody could call it missed.
   */
  drawEffect(ml: number): Effect {
    const random = this.#random;
    for (;;) {
      const adcShare = random.between(0.36, 0.85);
      const t2 = 0.9 * (2.4 / 0.9) ** (random.uniform() ** 1.5);
      const contrast = this.#contrast(adcShare, t2);
      if (contrast >= (ml < 5 ? 1.4 : 1.3) && contrast <= 6) return { adcShare, t2, contrast };
    }
  }

  effect(adcShare: number, t2: number): Effect {
    return { adcShare, t2, contrast: this.#contrast(adcShare, t2) };
  }

  #contrast(adcShare: number, t2: number): number {
    return Math.exp(this.#images.bValue * 1e-6 * this.#smooth.typicalAdc * (1 - adcShare)) * t2;
  }

  /** Each voxel of a profile is changed by its share of the effect. Where it has none, nothing is touched. */
  apply({ voxels, shares }: Pick<Profile, 'voxels' | 'shares'>, { adcShare, t2 }: Effect): void {
    const { bValue } = this.#images;
    const [nx, ny] = this.#images.dwi.shape;
    const [sx, sy, sz] = this.#spacing;
    const { dwi, b0, adc, sigmaDwi, sigmaB0 } = this.#smooth;
    const random = this.#random;
    const uneven = makeWaves(random, 8, 22);
    for (let n = 0; n < voxels.length; n++) {
      const at = voxels[n];
      const i = at % nx;
      const j = Math.floor(at / nx) % ny;
      const wave = uneven(i * sx, j * sy, Math.floor(at / (nx * ny)) * sz);
      const share = shares[n];
      const fall = share * (1 - adcShare) * (1 + 0.1 * wave) * adc[at];
      const t2Here = 1 + (t2 - 1) * share * (1 + 0.08 * wave);
      const oldDwi = this.#dwi[at];
      const oldB0 = this.#b0[at];
      const newB0 = withNoise(oldB0, b0[at], t2Here, sigmaB0, random);
      const newDwi = withNoise(oldDwi, dwi[at], t2Here * Math.exp(bValue * 1e-6 * fall), sigmaDwi, random);
      this.#b0[at] = newB0;
      this.#dwi[at] = newDwi;
      if (oldDwi > 0 && oldB0 > 0) {
        const change = Math.log((newB0 / newDwi) * (oldDwi / oldB0)) / (bValue * 1e-6);
        this.#adc[at] += change;
      } else this.#adc[at] -= fall;
    }
  }
}

/**
 * The signal of the voxel times a factor, with the noise that it had: what the smoothed signal gains is added to it.
 * The other channel's noise matters only where little is left (Rician).
 */
function withNoise(value: number, smooth: number, factor: number, sigma: number, random: Random): number {
  const other = sigma * random.normal();
  const real = smooth * factor + (value - smooth);
  if (factor >= 1) return Math.max(real, 0.05 * smooth);
  return Math.max(Math.sqrt(real * real + other * other), 0.01 * smooth);
}

type Smoothed = {
  readonly dwi: Float32Array;
  readonly b0: Float32Array;
  readonly adc: Float32Array;
  readonly sigmaDwi: number;
  readonly sigmaB0: number;
  readonly typicalAdc: number;
};

const smoothed = new WeakMap<Anatomy, Smoothed>();

/** The images smoothed within the brain by less than a voxel or two, and the noise that was smoothed away. */
function smoothedOf(anatomy: Anatomy): Smoothed {
  const before = smoothed.get(anatomy);
  if (before !== undefined) return before;
  const { dwi, b0, adc, brain, tissue } = anatomy;
  const { shape } = dwi;
  const spacing = spacingOf(dwi.affine);
  // At least a voxel: less would leave the noise in.
  const mm = Math.max(1.6, Math.min(...spacing));
  const soft = (image: Float32Array) => {
    const out = smoothWithinMask(image, tissue.data, shape, spacing, mm);
    // Decoys reach beyond the tissue; CSF must not darken what is within.
    const beyond = smoothWithinMask(image, brain.data, shape, spacing, mm);
    for (let at = 0; at < out.length; at++) if (tissue.data[at] === 0) out[at] = beyond[at];
    return out;
  };
  const [softDwi, softB0, softAdc] = [dwi, b0, adc].map(({ data }) => soft(data));
  const rest = (image: Float32Array, soft: Float32Array) => {
    const values: number[] = [];
    for (let at = 0; at < image.length; at++) if (tissue.data[at] !== 0) values.push(image[at] - soft[at]);
    return robustSigma(Float32Array.from(values), 0);
  };
  let [sum, count] = [0, 0];
  for (let at = 0; at < tissue.data.length; at++) {
    if (tissue.data[at] === 0) continue;
    sum += softAdc[at];
    count++;
  }
  const made = {
    dwi: softDwi,
    b0: softB0,
    adc: softAdc,
    sigmaDwi: rest(dwi.data, softDwi),
    sigmaB0: rest(b0.data, softB0),
    typicalAdc: sum / Math.max(1, count),
  };
  smoothed.set(anatomy, made);
  return made;
}
