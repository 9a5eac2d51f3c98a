import { axialGrid, tilted } from '@atoll/phantom/grids';
import type { PhantomSpec } from '@atoll/phantom/phantom';
import { makeRandom } from '@atoll/phantom/random';
import type { Grid, Vec3 } from '@atoll/volume/volume';

const middle: Vec3 = [0, -17, 10];
export const trainingGrid = axialGrid([64, 76, 26], [3, 3, 6], { x: 'L', y: 'A' }, middle);

/** What the network has not seen: id, and where its voxels lie. */
export const trialHeads: readonly (readonly [string, Grid, { readonly stripped?: boolean }])[] = [
  ['trial_like', trainingGrid, {}],
  ['trial_fine', axialGrid([84, 98, 34], [2.3, 2.3, 4.6], { x: 'L', y: 'A' }, middle), {}],
  [
    'trial_tilted',
    tilted(
      axialGrid([70, 80, 30], [2.7, 2.7, 5.5], { x: 'R', y: 'P' }, middle),
      { aboutX: 11, aboutZ: 7 },
      middle,
    ),
    {},
  ],
  ['trial_stripped', axialGrid([60, 72, 40], [3.2, 3.2, 4], { x: 'R', y: 'A' }, middle), { stripped: true }],
];

/** A head with one to three infarcts, all by its seed. */
export function headOf(
  seed: number,
  grid: Grid,
  { stripped = false }: { readonly stripped?: boolean } = {},
): PhantomSpec {
  const random = makeRandom(seed);
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const side = () => (random.uniform() < 0.5 ? -1 : 1);
  const lesion = () => {
    const radius = between(7, 17);
    return {
      parts: [
        {
          centreMm: [side() * between(22, 48), between(-55, 25), between(5, 42)] as const,
          radiiMm: [radius, radius * between(0.8, 1.5), radius * between(0.8, 1.2)] as const,
        },
      ],
      roughnessMm: Math.min(3, 0.15 * radius),
      adcMm2PerS: between(0.00038, 0.0006),
      b0Ratio: between(1.1, 1.5),
    };
  };
  return {
    seed,
    grid,
    anatomy: { scale: between(0.9, 1), sulciMm: between(0.5, 1.5), ventriclesMm: between(0.5, 2) },
    lesions: Array.from({ length: 1 + Math.floor(between(0, 2.999)) }, lesion),
    stripped,
    adcUnit: '1e-6 mm2/s',
    whiteLevel: between(120, 300),
    whiteSnr: between(15, 25),
    airNoise: 0.4,
    blur: 0.11,
    bias: 0.15,
    distortionMm: 6,
  };
}

/** The spec of a head that the network has not seen. */
export function trialHead(id: string): PhantomSpec {
  const at = trialHeads.findIndex(([each]) => each === id);
  const [, grid, kind] = trialHeads[at];
  return headOf(101 + at, grid, kind);
}
