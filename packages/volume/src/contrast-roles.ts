import type { Contrast } from './alignment.ts';

/**
 * Which of two images is the DWI, by where CSF stands: it is the brightest in an ADC map and among the darkest in a
 * DWI, so that local contrasts lean to the bright side in the one and to the dark side in the other. Where the air
 * around the head was not masked, it is noise as bright as tissue in an ADC map, and dark in a DWI.
 * @returns above 0: the first is the DWI and the second the ADC map; below 0: the other way round. Proper pairs of
 *   eleven heads have 0.5 and more.
 */
export function rolesOf(first: Contrast, second: Contrast): number {
  return skewness(second, first.mask) - skewness(first, second.mask);
}

/** Of the local contrast, where both images show something. */
function skewness({ values, mask }: Contrast, also: Uint8Array): number {
  let count = 0;
  let sum = 0;
  let squares = 0;
  let cubes = 0;
  for (let at = 0; at < values.length; at++) {
    if (mask[at] === 0 || also[at] === 0) continue;
    const value = values[at];
    count++;
    sum += value;
    squares += value * value;
    cubes += value * value * value;
  }
  if (count < 2) return 0;
  const mean = sum / count;
  const variance = squares / count - mean * mean;
  if (!(variance > 0)) return 0;
  return (cubes / count - 3 * mean * variance - mean ** 3) / variance ** 1.5;
}
