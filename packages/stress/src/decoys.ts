import { makeRandom, type Random } from '@atoll/phantom/random';
import { spacingMm as spacingOf, transformPoint } from '@atoll/volume/affine';
import { erode } from '@atoll/volume/morphology';
import type { Anatomy, Subject } from './anatomy.ts';
import { growInfarct, type Profile } from './growth.ts';
import { SignalModel } from './signal.ts';

/**
 * What looks like an infarct and is none: old lesions that shine through (bright on the DWI, ADC raised), cavities
 * (dark, ADC near that of water), and signal piled up at the skull base (bright on b0 and DWI alike, ADC as it was).
 * The truth does not change. Nothing is put within 12 mm of an infarct.
 */
export function addDecoys(subject: Subject, anatomy: Anatomy, seed: number): Subject {
  const random = makeRandom(seed ^ 0x51de);
  const signal = new SignalModel(anatomy, subject, random);
  const free = anatomy.tissue.data.map((value, at) => (subject.lesions.data[at] === 0 ? value : 0));
  for (let n = 0; n < 3; n++) {
    const old = grown(anatomy, free, random.between(0.5, 6), random);
    if (old !== null) signal.apply(old, signal.effect(random.between(1.15, 1.7), random.between(1.5, 2.4)));
  }
  const cavity = grown(anatomy, free, random.between(0.5, 5), random);
  if (cavity !== null) signal.apply(cavity, signal.effect(random.between(2.4, 3.2), random.between(1.3, 2)));
  for (let n = 0; n < 3; n++) {
    const heap = pileUp(anatomy, subject, random);
    if (heap !== null) signal.apply(heap, signal.effect(random.between(0.92, 1.1), random.between(1.5, 2.6)));
  }
  return { ...subject, ...signal.images() };
}

function grown(anatomy: Anatomy, free: Uint8Array, ml: number, random: Random): Profile | null {
  for (let attempt = 0; attempt < 200; attempt++) {
    const start = Math.floor(random.uniform() * free.length);
    if (free[start] === 0) continue;
    const plan = { start, ml, rimMm: random.between(0.7, 2.2), ease: () => 1 };
    return growInfarct(free, anatomy.tissue, plan, random);
  }
  return null;
}

/** A flat heap at the lower surface of the brain. */
function pileUp(
  { brain, frame }: Anatomy,
  { lesions }: Subject,
  random: Random,
): Omit<Profile, 'start'> | null {
  const [nx, ny, nz] = brain.shape;
  const spacing = spacingOf(brain.affine);
  const inner = erode(brain.data, brain.shape, spacing, 4);
  const place = (at: number) => {
    const index = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))] as const;
    return transformPoint(frame, transformPoint(brain.affine, index));
  };
  const surface: number[] = [];
  for (let at = 0; at < brain.data.length; at++) {
    if (brain.data[at] !== 0 && inner[at] === 0 && place(at)[2] < -12) surface.push(at);
  }
  if (surface.length === 0) return null;
  const middle = place(surface[Math.floor(random.uniform() * surface.length)]);
  const radii = [random.between(4, 11), random.between(4, 9), random.between(2.5, 5)];
  const voxels: number[] = [];
  const shares: number[] = [];
  for (let at = 0; at < nx * ny * nz; at++) {
    if (brain.data[at] === 0 || lesions.data[at] !== 0) continue;
    const point = place(at);
    const r2 = radii.reduce((sum, radius, axis) => sum + ((point[axis] - middle[axis]) / radius) ** 2, 0);
    if (r2 > 4) continue;
    voxels.push(at);
    shares.push(Math.exp(-r2));
  }
  const inside = new Uint8Array(voxels.length);
  return { voxels: Int32Array.from(voxels), shares: Float32Array.from(shares), inside, volumeMl: 0 };
}
