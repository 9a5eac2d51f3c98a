import { sameGrid } from '@atoll/volume/affine';
import { quantile } from '@atoll/volume/histogram';
import { type MirrorAxis, mirrorAxes } from '@atoll/volume/placement';
import type { Volume } from '@atoll/volume/volume';
import type { Problem } from './proposal.ts';

/** Where either image has this part of its own brightest signal there is a head, and no noise of the air. */
const headLevel = 0.15;
const brightest = 0.98;
/** Levels of signal that are told apart where two images are compared. */
const levels = 24;
/**
 * Diffusion weighting only ever takes signal away. Of nine proper pairs the DWI is brighter than its b0 in 0.0 to 1.7 %
 * of the head; with a b0 mirrored along any axis, in 4.4 to 27 %.
 */
const mostBrighter = 0.03;
const fewestVoxels = 1000;
/** By this factor a mirrored b0 tells more of the DWI (1.3 to 7.7 on the same nine); that of another head may by little. */
const clearlyMore = 1.25;

/**
 * Whether a b0 from another file can be the DWI's: an ADC map that is computed from the two fits the DWI whatever it
 * was computed from, so that the two are judged themselves.
 */
export function doubtsOfB0(dwi: Volume, b0: Volume): readonly Problem[] {
  if (!sameGrid(dwi, b0)) return [];
  const head = headIn(dwi.data, b0.data);
  if (head.length < fewestVoxels) return [];
  let brighter = 0;
  for (const at of head) if (dwi.data[at] > b0.data[at]) brighter++;
  const share = brighter / head.length;
  if (share <= mostBrighter) return [];
  const axis = mirrorOf(dwi, b0);
  if (axis !== null) {
    return [
      {
        code: 'MISMATCH',
        blocking: true,
        message: `The b0 image is mirrored (${axis}) against the DWI: one of the two has lost how the patient lies, and nothing says which. Convert both again from DICOM.`,
      },
    ];
  }
  return [
    {
      code: 'MISMATCH',
      blocking: false,
      serious: true,
      message: `In ${Math.round(100 * share)} % of the head the DWI is brighter than the b0 image, which diffusion weighting cannot make: the b0 is from another examination, shifted or scaled differently, and the ADC map computed from it cannot be relied on.`,
    },
  ];
}

function headIn(dwi: Float32Array, b0: Float32Array): number[] {
  const [one, other] = [dwi, b0].map((data) => {
    const signal = data.filter((value) => value > 0);
    return headLevel * quantile(signal, brightest, true);
  });
  const head: number[] = [];
  for (let at = 0; at < dwi.length; at++) if (dwi[at] > one || b0[at] > other) head.push(at);
  return head;
}

/** The axis along which the b0 tells more of the DWI mirrored than as it is; null where it tells most as it is. */
function mirrorOf(dwi: Volume, b0: Volume): MirrorAxis | null {
  const asGiven = information(dwi.data, b0.data);
  let best: { name: MirrorAxis; told: number } | null = null;
  for (const { name, index } of mirrorAxes(dwi.affine)) {
    const told = information(dwi.data, reversed(b0, index));
    if (told > clearlyMore * asGiven && told > (best?.told ?? 0)) best = { name, told };
  }
  return best?.name ?? null;
}

function reversed({ shape, data }: Volume, axis: number): Float32Array {
  const out = new Float32Array(data.length);
  const [nx, ny] = shape;
  for (let at = 0; at < data.length; at++) {
    const place = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))];
    place[axis] = shape[axis] - 1 - place[axis];
    out[at] = data[place[0] + nx * (place[1] + ny * place[2])];
  }
  return out;
}

/** Mutual information of two images over the head, in nats, by levels that hold equally many voxels each. */
function information(one: Float32Array, other: Float32Array): number {
  const head = headIn(one, other);
  const [a, b] = [levelsOf(one, head), levelsOf(other, head)];
  const joint = new Float64Array(levels * levels);
  for (let n = 0; n < head.length; n++) joint[a[n] * levels + b[n]] += 1 / head.length;
  const [ofOne, ofOther] = [new Float64Array(levels), new Float64Array(levels)];
  for (let n = 0; n < joint.length; n++) {
    ofOne[Math.floor(n / levels)] += joint[n];
    ofOther[n % levels] += joint[n];
  }
  return joint.reduce(
    (sum, p, n) =>
      p > 0 ? sum + p * Math.log(p / (ofOne[Math.floor(n / levels)] * ofOther[n % levels])) : sum,
    0,
  );
}

function levelsOf(data: Float32Array, head: readonly number[]): Uint8Array {
  const sorted = Float32Array.from(head, (at) => data[at]).sort();
  const cuts = Array.from(
    { length: levels - 1 },
    (_, n) => sorted[Math.floor(((n + 1) * head.length) / levels)],
  );
  return Uint8Array.from(head, (at) => {
    const level = cuts.findIndex((cut) => data[at] <= cut);
    return level < 0 ? levels - 1 : level;
  });
}
