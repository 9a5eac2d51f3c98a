import type { Affine } from '@atoll/volume/volume';
import { sampleTemplate } from './normal-equations.ts';
import type { Samples } from './subject.ts';
import type { Template } from './template.ts';

/**
 * Correlation of the patient's ADC with the template's inside the brain, outside the lesion, where `affine` puts the
 * samples; null where one of them does not vary. A brain that lies upside down under a fitting outline shows here.
 */
export function adcCorrelation({ grid, values }: Template, samples: Samples, affine: Affine): number | null {
  const [nx, ny, nz] = grid.shape;
  const { places, adc, weight, count } = samples;
  const here = new Float64Array(4);
  let [sum, p, t, pp, tt, pt] = [0, 0, 0, 0, 0, 0];
  for (let n = 0; n < count; n++) {
    if (weight[n] < 0.5) continue;
    const [px, py, pz] = [places[3 * n], places[3 * n + 1], places[3 * n + 2]];
    const along = (axis: 0 | 1 | 2) => {
      const row = affine[axis];
      return (
        (row[0] * px + row[1] * py + row[2] * pz + row[3] - grid.affine[axis][3]) / grid.affine[axis][axis]
      );
    };
    const [x, y, z] = [along(0), along(1), along(2)];
    if (!(x >= 0 && y >= 0 && z >= 0 && x < nx - 1 && y < ny - 1 && z < nz - 1)) continue;
    sampleTemplate(values, 0, nx, ny, x, y, z, here);
    const [own, model] = [adc[n], here[0]];
    sum++;
    p += own;
    t += model;
    pp += own * own;
    tt += model * model;
    pt += own * model;
  }
  const spread = (sum * pp - p * p) * (sum * tt - t * t);
  return spread > 0 ? (sum * pt - p * t) / Math.sqrt(spread) : null;
}
