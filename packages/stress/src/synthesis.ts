import { makeRandom, type Random } from '@atoll/phantom/random';
import { spacingMm as spacingOf } from '@atoll/volume/affine';
import { dilate } from '@atoll/volume/morphology';
import type { Anatomy, Subject } from './anatomy.ts';
import { growInfarct, type Profile } from './growth.ts';
import { type Effect, SignalModel } from './signal.ts';
import { type Region, type Territories, territoriesOf } from './territory.ts';

export type Paste = {
  /** Volume of each infarct in mL. */
  readonly ml: number;
  readonly seed: number;
  /** How many infarcts of that volume; 1 unless said. */
  readonly count?: number;
  /** Volumes one by one, instead of `ml` and `count`. */
  readonly sizesMl?: readonly number[];
  /** Which side of the patient; both in turn; or any, drawn by the seed. */
  readonly side?: Side;
  /** Where it starts; drawn by the seed unless said. */
  readonly region?: Region;
};

type Side = 'left' | 'right' | 'both' | 'any';

export type Pasted = { readonly subject: Subject; readonly infarcts: readonly Infarct[] };

/** What one pasted infarct is like. */
export type Infarct = Effect & {
  readonly ml: number;
  readonly side: 'left' | 'right';
  readonly region: Region;
  /** The voxel where its effect is largest. */
  readonly centre: number;
};

/**
 * Puts infarcts into a head: ADC falls to 36–85 % of this tissue's own, DWI rises as b·ΔADC says and by a T2 effect,
 * with a soft rim and the noise that the head has. The same head and request give the same bytes. null when the head
 * has no room for them.
 */
export function paste(anatomy: Anatomy, request: Paste): Pasted | null {
  const { ml, seed, count = 1, side = 'any', region: wanted } = request;
  const sizes = request.sizesMl ?? Array.from({ length: count }, () => ml);
  const random = makeRandom(hash(anatomy.id, ...(request.sizesMl ?? [ml]), count, seed));
  const territories = territoriesFor(anatomy);
  const signal = new SignalModel(anatomy, anatomy, random);
  const grid = anatomy.tissue;
  const lesions = { ...grid, data: new Uint8Array(grid.data.length) };
  const free = grid.data.slice();
  const infarcts: Infarct[] = [];
  for (const size of sizes) {
    const label = infarcts.length + 1;
    const here = side === 'both' ? (label % 2 === 1 ? 'left' : 'right') : side;
    const placed = place(anatomy, free, territories, { ml: size, side: here, region: wanted }, random);
    // A head with room for some of them is still worth looking at; a head with room for none is not.
    if (placed === null) continue;
    const { profile, region } = placed;
    const effect = signal.drawEffect(size);
    signal.apply(profile, effect);
    for (let n = 0; n < profile.voxels.length; n++) {
      if (profile.inside[n] !== 0) lesions.data[profile.voxels[n]] = label;
    }
    const at = peakOf(profile);
    infarcts.push({
      ...effect,
      ml: profile.volumeMl,
      side: territories.asideMm(at) < 0 ? 'left' : 'right',
      region,
      centre: at,
    });
    if (sizes.length > 1) keepApart(free, profile, grid);
  }
  if (infarcts.length === 0) return null;
  const { dwi, b0, adc } = signal.images();
  const { bValue, adcUnit, brain, known } = anatomy;
  const lesionMl = infarcts.map((each) => each.ml);
  return { subject: { dwi, b0, adc, bValue, adcUnit, brain, known, lesions, lesionMl }, infarcts };
}

/**
 * The volumes of a shower of emboli: 1 to 25 of them around 0.12 mL.
 */
export function emboliMl(seed: number): number[] {
  const random = makeRandom(hash('emboli', seed));
  const count = 1 + Math.floor(25 * random.uniform() ** 1.5);
  return Array.from({ length: count }, () =>
    Math.min(1.5, Math.max(0.03, 0.12 * Math.exp(0.9 * random.normal()))),
  );
}

type Place = {
  readonly ml: number;
  readonly side: 'left' | 'right' | 'any';
  readonly region: Region | undefined;
};

function place(
  anatomy: Anatomy,
  free: Uint8Array,
  territories: Territories,
  { ml, side, region: wanted }: Place,
  random: Random,
): { profile: Profile; region: Region } | null {
  const voxels = indicesOf(free);
  if (voxels.length === 0) return null;
  // A draw costs nothing; a growth that runs out of tissue does, and the next one will mostly run out too.
  for (let attempt = 0, growths = 0; attempt < 1000 && growths < 6; attempt++) {
    const start = voxels[Math.floor(random.uniform() * voxels.length)];
    const region = territories.regionOf(start);
    const aside = territories.asideMm(start);
    if (side !== 'any' && side !== (aside < 0 ? 'left' : 'right')) continue;
    // Nothing starts in the mid-plane: which side it is on would be open.
    if (Math.abs(aside) < 2.5) continue;
    if (wanted !== undefined ? region !== wanted : !isLikely(region, ml, random)) continue;
    growths++;
    const radiusMm = Math.cbrt((ml * 1000 * 3) / (4 * Math.PI));
    const rimMm = Math.min(random.between(0.7, 2.2), 0.4 + 0.4 * radiusMm);
    const ease = (at: number): number => {
      // One-sided, but for the brain stem, whose halves are one.
      if (territories.asideMm(at) * aside < 0 && region !== 'stem') return 0;
      if (territories.regionOf(at) === region) return 1;
      return ml < 5 ? 0.6 : 0.25;
    };
    const profile = growInfarct(free, anatomy.tissue, { start, ml, rimMm, ease }, random);
    if (profile !== null) return { profile, region };
  }
  return null;
}

/** Big infarcts are of the middle cerebral artery mostly; none of 50 mL fits into a cerebellum. */
function isLikely(region: Region, ml: number, random: Random): boolean {
  if (ml < 5) return true;
  if (region === 'stem') return false;
  if (region === 'middle') return true;
  if (ml > 40) return random.uniform() < 0.1 && region !== 'cerebellum';
  return random.uniform() < 0.5;
}

/** Infarcts of one set are counted one by one: they must not touch, nor be taken for one. */
function keepApart(free: Uint8Array, profile: Profile, { shape, affine }: Anatomy['tissue']): void {
  const taken = new Uint8Array(free.length);
  for (const at of profile.voxels) taken[at] = 1;
  const around = dilate(taken, shape, spacingOf(affine), 9);
  for (let at = 0; at < free.length; at++) if (around[at] !== 0) free[at] = 0;
}

function peakOf({ voxels, shares, start }: Profile): number {
  let [best, share] = [start, 0];
  for (let n = 0; n < voxels.length; n++) {
    if (shares[n] > share || (shares[n] === share && voxels[n] === start)) {
      share = shares[n];
      best = voxels[n];
    }
  }
  return best;
}

function indicesOf(mask: Uint8Array): Int32Array {
  let count = 0;
  for (const value of mask) count += value;
  const out = new Int32Array(count);
  for (let at = 0, n = 0; at < mask.length; at++) if (mask[at] !== 0) out[n++] = at;
  return out;
}

const territories = new WeakMap<Anatomy, Territories>();

function territoriesFor(anatomy: Anatomy): Territories {
  const before = territories.get(anatomy);
  if (before !== undefined) return before;
  const made = territoriesOf(anatomy);
  territories.set(anatomy, made);
  return made;
}

/** FNV-1a over what is asked for: another head or size is another stream of random numbers. */
function hash(...parts: readonly (string | number)[]): number {
  let value = 0x811c9dc5;
  for (const letter of parts.join('|')) {
    value ^= letter.codePointAt(0) ?? 0;
    value = Math.imul(value, 0x01000193);
  }
  return value | 0;
}
