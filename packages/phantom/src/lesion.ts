import type { Vec3 } from '@atoll/volume/volume';
import type { Random } from './random.ts';
import { ellipsoid, inside, smoothUnion } from './shapes.ts';
import { Waves } from './waves.ts';

/** One infarct, in head millimetres (+x to the patient's right). It only takes hold in brain tissue. */
export type LesionSpec = {
  /** Ellipsoids whose smooth union it fills, its border made uneven. */
  readonly parts: readonly { readonly centreMm: Vec3; readonly radiiMm: Vec3 }[];
  /** How uneven the border is, in mm. */
  readonly roughnessMm: number;
  /** Mean ADC in mm²/s; inside, it varies by about 4 %. */
  readonly adcMm2PerS: number;
  /** T2-weighted signal over that of the tissue it struck; inside, it varies by about 5 %. */
  readonly b0Ratio: number;
};

/** A lesion ready to be sampled. */
export class Lesion {
  readonly spec: LesionSpec;
  readonly #border: Waves;
  readonly #fineBorder: Waves;
  readonly #inner: Waves;
  readonly #fineMm: number;
  readonly #low: Vec3;
  readonly #high: Vec3;

  constructor(spec: LesionSpec, random: Random) {
    this.spec = spec;
    const largest = Math.max(...spec.parts.flatMap((part) => part.radiiMm));
    this.#border = new Waves(random, 8, Math.max(10, largest));
    this.#fineBorder = new Waves(random, 8, Math.max(6, largest / 3));
    this.#inner = new Waves(random, 6, 13);
    this.#fineMm = spec.roughnessMm * 0.5;
    const margin = 3 * spec.roughnessMm + 4;
    const bound = (axis: 0 | 1 | 2, side: -1 | 1) => {
      const ends = spec.parts.map((part) => part.centreMm[axis] + side * (part.radiiMm[axis] + margin));
      return side < 0 ? Math.min(...ends) : Math.max(...ends);
    };
    this.#low = [bound(0, -1), bound(1, -1), bound(2, -1)];
    this.#high = [bound(0, 1), bound(1, 1), bound(2, 1)];
  }

  /** How much of the brain tissue at this place is infarcted, 0–1. */
  share(x: number, y: number, z: number, edge: number): number {
    const low = this.#low;
    const high = this.#high;
    if (x < low[0] || x > high[0] || y < low[1] || y > high[1] || z < low[2] || z > high[2]) return 0;
    let distance = 1e3;
    for (const { centreMm, radiiMm } of this.spec.parts) {
      const part = ellipsoid(
        x - centreMm[0],
        y - centreMm[1],
        z - centreMm[2],
        radiiMm[0],
        radiiMm[1],
        radiiMm[2],
      );
      distance = smoothUnion(distance, part, 4);
    }
    const uneven =
      this.spec.roughnessMm * this.#border.at(x, y, z) + this.#fineMm * this.#fineBorder.at(x, y, z);
    return inside(distance + uneven, edge);
  }

  /** Runs about 0 with unit variance inside: where it is higher, the ADC is lower and the T2 signal higher. */
  severityAt(x: number, y: number, z: number): number {
    return this.#inner.at(x, y, z);
  }
}
