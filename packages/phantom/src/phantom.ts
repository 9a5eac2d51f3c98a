import { spacingMm, transformPoint } from '@atoll/volume/affine';
import type { Grid, Mask, Volume } from '@atoll/volume/volume';
import { airBoneBorders, type Displaced, displace } from './distortion.ts';
import { type AnatomySpec, Head, type HeadPoint } from './head.ts';
import { Lesion, type LesionSpec } from './lesion.ts';
import { makeRandom } from './random.ts';
import { acquire, adcMap, coilAt } from './scanner.ts';
import { smoothstep } from './shapes.ts';
import { tissues } from './tissue.ts';

/** Counts up with every change of what a spec gives, so that files made before are made anew. */
export const phantomVersion = 3;

type AdcUnit = 'mm2/s' | '1e-3 mm2/s' | '1e-6 mm2/s';

/** Everything that shapes a phantom. The same spec gives the same voxels on every machine. */
export type PhantomSpec = {
  readonly seed: number;
  /** Where the images lie. World millimetres are the head's own, with its origin as in MNI space. */
  readonly grid: Grid;
  readonly anatomy: AnatomySpec;
  readonly lesions: readonly LesionSpec[];
  /** Only the brain is left, as after skull stripping; all else is zero. */
  readonly stripped: boolean;
  readonly adcUnit: AdcUnit;
  /** Signal of white matter on the DWI, in the units of the scanner. */
  readonly whiteLevel: number;
  /** Signal of white matter on the DWI over the standard deviation of its noise. */
  readonly whiteSnr: number;
  /** Noise in the air over that in the head: below 1 where the reconstruction masks what lies outside. */
  readonly airNoise: number;
  /** Weight of each in-plane neighbour in the point spread, 0–0.25. */
  readonly blur: number;
  /** Unevenness of the coils' sensitivity: about ± this share from end to end. */
  readonly bias: number;
  /** Largest shift by susceptibility, in mm. */
  readonly distortionMm: number;
};

export type Phantom = {
  /** b = 1000 s/mm², whole numbers. */
  readonly dwi: Volume;
  /** In the spec's unit, from the noisy b0 and DWI; 0 where there is no signal. */
  readonly adc: Volume;
  readonly b0: Volume;
  /** Voxels of which more than half is infarcted brain tissue. */
  readonly truth: Mask;
};

/** Stored value per 10⁻⁶ mm²/s. */
const adcFactor: Record<AdcUnit, number> = { 'mm2/s': 1e-6, '1e-3 mm2/s': 1e-3, '1e-6 mm2/s': 1 };

/** A synthetic head as an echo-planar scanner would show it, with the truth about its infarcts. */
export function makePhantom(spec: PhantomSpec): Phantom {
  const { grid } = spec;
  const scene = render(spec);
  // Noise has its own stream, so that two phantoms that differ in it alone have the same anatomy.
  const random = makeRandom(spec.seed ^ 0x5eed);
  const sigma = spec.whiteLevel / spec.whiteSnr;
  const b0 = acquire(scene.b0, scene.noise, grid.shape, sigma, spec.blur, random);
  const dwi = acquire(scene.b1000, scene.noise, grid.shape, sigma, spec.blur, random);
  for (const image of [b0, dwi]) {
    for (let at = 0; at < image.length; at++) {
      image[at] = spec.stripped && scene.brain[at] < 0.5 ? 0 : Math.round(image[at]);
    }
  }
  const adc = adcMap(b0, dwi, 5 * sigma);
  const factor = adcFactor[spec.adcUnit];
  if (factor !== 1) for (let at = 0; at < adc.length; at++) adc[at] *= factor;
  const truth = new Uint8Array(scene.lesion.length);
  for (let at = 0; at < truth.length; at++) truth[at] = scene.lesion[at] > 0.5 ? 1 : 0;
  const on = <Data>(data: Data) => ({ shape: grid.shape, affine: grid.affine, data });
  return { dwi: on(dwi), adc: on(adc), b0: on(b0), truth: on(truth) };
}

/** Noise-free signals, shares of lesion and brain, and the noise over that in the head, for every voxel. */
type Scene = {
  b0: Float32Array;
  b1000: Float32Array;
  lesion: Float32Array;
  brain: Float32Array;
  noise: Float32Array;
};

function render(spec: PhantomSpec): Scene {
  const { shape, affine } = spec.grid;
  const [nx, ny, nz] = shape;
  const voxels = nx * ny * nz;
  const scene: Scene = {
    b0: new Float32Array(voxels),
    b1000: new Float32Array(voxels),
    lesion: new Float32Array(voxels),
    brain: new Float32Array(voxels),
    noise: new Float32Array(voxels),
  };
  const random = makeRandom(spec.seed);
  const lesions = spec.lesions.map((lesion) => new Lesion(lesion, random));
  const head = new Head(spec.anatomy, lesions, random);
  const distortion = airBoneBorders(spec.distortionMm);
  const level = spec.whiteLevel / tissues.white.b1000;
  const spacing = spacingMm(affine);
  const edge = 0.5 * (spacing[0] + spacing[1]);
  // A thick slice is the mean of several thin ones.
  const layers = Math.max(1, Math.round(spacing[2] / 1.9));
  const point: HeadPoint = { b0: 0, b1000: 0, lesion: 0, brain: 0, outside: 0 };
  const from: Displaced = { y: 0, intensity: 1 };
  const [ax, ay, az] = affine;
  let at = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const [x0, y0, z0] = transformPoint(affine, [0, j, k]);
      for (let i = 0; i < nx; i++, at++) {
        for (let layer = 0; layer < layers; layer++) {
          const off = (layer + 0.5) / layers - 0.5;
          const x = x0 + ax[0] * i + ax[2] * off;
          const y = y0 + ay[0] * i + ay[2] * off;
          const z = z0 + az[0] * i + az[2] * off;
          displace(distortion, x, y, z, from);
          head.sample(x, from.y, z, edge, point);
          const gain = (level * from.intensity * coilAt(x, y, z, spec.bias)) / layers;
          scene.b0[at] += gain * point.b0;
          scene.b1000[at] += gain * point.b1000;
          scene.lesion[at] += point.lesion / layers;
          scene.brain[at] += point.brain / layers;
          scene.noise[at] += (1 - (1 - spec.airNoise) * smoothstep(2, 14, point.outside)) / layers;
        }
      }
    }
  }
  return scene;
}
