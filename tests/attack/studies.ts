import { DiffusionEngine } from '@atoll/engines/diffusion/engine';
import { AtollError } from '@atoll/errors/error';
import { sameGrid } from '@atoll/volume/affine';
import type { Affine, Vec3, Volume } from '@atoll/volume/volume';
import type { Chance } from './chance.ts';
import { type Extent, goesOn, type Outcome } from './outcome.ts';

const spacings = [0.05, 0.5, 1, 2, 5, 12, 50, 1e-9, 1e9, 0];

/** Gives the embedded engine studies of any shape, geometry and values. It marks its own grid, or says why not. */
export async function attackEngine(extent: Extent, chance: Chance): Promise<Outcome> {
  const engine = new DiffusionEngine();
  const faults: string[] = [];
  let tries = 0;
  for (; goesOn(extent, tries); tries++) {
    const dwi = image(chance, 'signal');
    const adc =
      chance.next() < 0.7 ? { ...image(chance, 'adc', dwi.shape), affine: dwi.affine } : image(chance, 'adc');
    const stop = AbortSignal.timeout(120_000);
    try {
      const { mask, quality } = await engine.segment({ dwi, adc }, { signal: stop });
      if (!sameGrid(mask, dwi)) faults.push(`try ${tries}: the mask lies on another grid`);
      if (mask.data.some((value) => value > 1)) faults.push(`try ${tries}: the mask is not binary`);
      if (quality.length === 0) faults.push(`try ${tries}: nothing was measured`);
    } catch (thrown) {
      const fine = thrown instanceof AtollError && /^(IMAGE|STUDY)_/.test(thrown.code);
      if (!fine) faults.push(`try ${tries}, ${dwi.shape.join(' × ')}: ${String(thrown)}`);
    }
  }
  return { name: 'random studies in the engine', tries, faults };
}

function image(chance: Chance, kind: 'signal' | 'adc', given?: Vec3): Volume {
  const shape: Vec3 = given ?? [1 + chance.below(48), 1 + chance.below(48), 1 + chance.below(24)];
  const [nx, ny, nz] = shape;
  const level = kind === 'signal' ? 300 : 800;
  const noise = chance.pick([0, 0.05, 0.3, 2]);
  const hole = chance.pick([0, 0, 0.02, 0.5]);
  const odd = chance.pick([0, Number.NaN, Number.POSITIVE_INFINITY, -5, 1e38]);
  const isHead = chance.next() < 0.7;
  const data = new Float32Array(nx * ny * nz).map((_, at) => {
    const place = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))];
    const away = place.reduce((sum, p, axis) => sum + ((2 * p + 1) / shape[axis] - 1) ** 2, 0);
    if (chance.next() < hole) return odd;
    return isHead && away > 0.8 ? 0 : level * (1 + noise * (chance.next() - 0.5));
  });
  return { shape, affine: affine(chance), data };
}

function affine(chance: Chance): Affine {
  const odd = chance.next() < 0.3;
  const side = () => (odd ? chance.pick(spacings) : 2 + 4 * chance.next());
  const tilt = chance.next() < 0.3 ? 0.3 : 0;
  const [x, y, z] = [side(), side(), side()];
  return [
    [chance.next() < 0.5 ? -x : x, tilt * y, 0, 100 * (chance.next() - 0.5)],
    [-tilt * x, y, 0, 0],
    [0, 0, chance.next() < 0.2 ? -z : z, 0],
  ];
}
