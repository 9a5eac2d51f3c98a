import { coarsen, spread } from '@atoll/engines/alarm/coarse';
import { findOwnTissue } from '@atoll/engines/alarm/own-tissue';
import { quantile } from '@atoll/volume/histogram';
import type { Vec3, Volume } from '@atoll/volume/volume';
import type { Head } from './heads.ts';
import { randomOf } from './pasted-infarct.ts';

export type Change = { readonly name: string; readonly change: (head: Head) => Head };

/** What clinics' images do to a head, one at a time. */
export const changes: readonly Change[] = [
  { name: 'ADC × 0.7', change: (head) => ({ ...head, adc: each(head.adc, (value) => 0.7 * value) }) },
  { name: 'ADC × 1.4', change: (head) => ({ ...head, adc: each(head.adc, (value) => 1.4 * value) }) },
  {
    name: 'ADC in another unit',
    change: (head) => ({ ...head, adc: each(head.adc, (value) => value * 1e-4) }),
  },
  { name: 'coil shading × 3', change: shaded },
  { name: 'noise, SNR 10', change: noisy },
  { name: 'stripped', change: stripped },
  { name: 'lower third cut off', change: cropped },
];

function each(volume: Volume, change: (value: number, at: number) => number): Volume {
  return { ...volume, data: volume.data.map(change) };
}

/** Three times as bright at one end of the first axis as at the other. */
function shaded(head: Head): Head {
  const [nx] = head.dwi.shape;
  return { ...head, dwi: each(head.dwi, (value, at) => value * 3 ** ((at % nx) / nx - 0.5)) };
}

/** Noise of a tenth of the brain's signal on the DWI, and what it does to an ADC of the same b. */
function noisy(head: Head): Head {
  const { dwi, adc, b } = head;
  const random = randomOf(3);
  const normal = () => random() + random() + random() + random() - 2; // of variance 1/3
  const inside = insideOf(head);
  const sigma =
    0.1 *
    quantile(
      dwi.data.filter((_, at) => inside[at] !== 0),
      0.5,
      true,
    );
  const typical = quantile(
    adc.data.filter((value, at) => inside[at] !== 0 && value > 0),
    0.5,
    true,
  );
  const perUnit = typical > 100 ? 1e6 : typical > 0.1 ? 1e3 : 1;
  const noise = dwi.data.map(() => sigma * Math.sqrt(3) * normal());
  const brighter = each(dwi, (value, at) => Math.abs(value + noise[at]));
  const diffusion = each(adc, (value, at) =>
    dwi.data[at] > 0 && brighter.data[at] > 0
      ? value + (perUnit * Math.log(dwi.data[at] / brighter.data[at])) / b
      : value,
  );
  return { ...head, dwi: brighter, adc: diffusion };
}

function stripped(head: Head): Head {
  const inside = insideOf(head);
  const cut = (volume: Volume) => each(volume, (value, at) => (inside[at] === 0 ? 0 : value));
  return { ...head, dwi: cut(head.dwi), adc: cut(head.adc) };
}

/** Without the first third of its slices. */
function cropped(head: Head): Head {
  const { shape, affine } = head.dwi;
  const from = Math.floor(shape[2] / 3);
  const start = shape[0] * shape[1] * from;
  const size: Vec3 = [shape[0], shape[1], shape[2] - from];
  const [a, b, c] = affine;
  const moved = [a, b, c].map((row) => row[3] + from * row[2]);
  const grid = {
    shape: size,
    affine: [
      [a[0], a[1], a[2], moved[0]],
      [b[0], b[1], b[2], moved[1]],
      [c[0], c[1], c[2], moved[2]],
    ],
  } as const;
  const { dwi, adc, truth } = head;
  return {
    ...head,
    dwi: { ...grid, data: dwi.data.slice(start) },
    adc: { ...grid, data: adc.data.slice(start) },
    truth: truth === null ? null : { ...grid, data: truth.data.slice(start) },
  };
}

function insideOf({ name, dwi, adc }: Head): Uint8Array {
  const coarse = coarsen({ ...dwi, dwi: dwi.data, adc: adc.data });
  const own = findOwnTissue(coarse);
  if (own === null) throw new Error(`${name}: no brain was found.`);
  return spread(own.brain, coarse, dwi.shape);
}
