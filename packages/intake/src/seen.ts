import { parseBidsName } from './bids-name.ts';
import type { Candidate } from './candidate.ts';
import { isUsableBValue } from './shells.ts';
import {
  type Called,
  isAnatomical,
  isCalledTrace,
  namedBValue,
  plainWords,
  whatItIsCalled,
} from './words.ts';

/** A candidate with what its words and sidecars say. */
export type Seen = {
  readonly candidate: Candidate;
  readonly called: Called | null;
  /** Why, to go on from "It": `is called “tracew”`. Empty when nothing names it. */
  readonly because: string;
  readonly trace: boolean;
  /** A part of the head by its name, such as a mask of the brain. */
  readonly anatomical: boolean;
  /** Computed from other b-values by the scanner, not measured. */
  readonly synthetic: boolean;
  /** s/mm², one a volume: of the sidecar, else as the words name it; null when neither does. */
  readonly bValues: readonly number[] | null;
};

const suffixes = new Map<string, Called>([
  ['adc', 'adc'],
  ['md', 'adc'],
  ['flair', 'flair'],
  ['dwi', 'diffusion'],
  ['trace', 'diffusion'],
  ['msk', 'mask'],
  ['mask', 'mask'],
  ['dseg', 'map'],
  ['probseg', 'map'],
  ['sbref', 'other'],
  ['phase', 'other'],
  ['swi', 'other'],
  ['bold', 'other'],
  ['cbf', 'other'],
]);

/** Reads the words: the image type says what a scanner made, a BIDS suffix what somebody sorted it as. */
export function see(candidate: Candidate): Seen {
  const { sideCar, suffix, seriesDescription, name, source } = candidate;
  const type = plainWords(sideCar?.imageType ?? candidate.dicom?.series.imageTypes ?? []);
  const description = plainWords([seriesDescription]);
  // The name of a converted series is its description again.
  const fileName = source === 'dicom' ? '' : plainWords([name.split('/').at(-1) ?? '']);
  const protocol = plainWords([sideCar?.protocolName ?? candidate.dicom?.series.protocolName ?? null]);
  const all = [type, description, fileName, protocol].join(' ');
  const bySuffix = suffix === null ? undefined : suffixes.get(suffix.toLowerCase());
  const entities = parseBidsName(`${name.split('/').at(-1)}.nii`)?.entities;
  const decided = [
    byWords(imageTypeOnly(type), 'has the image type'),
    // Such as `rec-ADC_dwi`: what is made of a diffusion series keeps its suffix.
    byWords(
      plainWords(['rec', 'acq', 'desc', 'label'].map((key) => entities?.get(key) ?? null)),
      'is labelled',
      false,
      ['adc', 'exponential-adc', 'map'],
    ),
    bySuffix === undefined ? null : { called: bySuffix, because: `has the suffix “${suffix}”` },
    byWords(description, 'is described as', source !== 'dicom'),
    byWords(fileName, 'is named'),
    byWords(protocol, 'belongs to the protocol', source !== 'dicom'),
  ].find((each) => each !== null);
  const measured = candidate.bValues;
  const named = candidate.volumes === 1 ? (namedBValue(description) ?? namedBValue(fileName)) : null;
  // What was measured says more than the name of a sequence.
  const isMeasured = decided?.called === 'other' && measured?.some(isUsableBValue) === true;
  const maps = ['adc', 'exponential-adc', 'map'];
  return {
    candidate,
    called: isMeasured ? 'diffusion' : (decided?.called ?? null),
    because: decided?.because ?? '',
    trace: isTrace(candidate, type, all),
    anatomical: isAnatomical(fileNameWithEntities(name)),
    synthetic: /\b(calc\w*|synth\w*|computed)\b/.test(all),
    // Of a map the b-values are those of what it was made of.
    bValues: maps.includes(decided?.called ?? '') ? null : (measured ?? (named === null ? null : [named])),
  };
}

/** What an image type (0008,0008) says that a scanner made; null where it says no more than "diffusion". */
export function calledByImageType(imageType: readonly string[]): Called | null {
  return whatItIsCalled(imageTypeOnly(plainWords(imageType)))?.called ?? null;
}

/** By the image type and the headers; words count only where no gradient direction is named. */
function isTrace({ directions, directionality }: Candidate, type: string, all: string): boolean {
  if (/\btracew?\b/.test(type) || directionality.includes('isotropic')) return true;
  const isDirectional =
    directionality.includes('directional') || directions?.some((each) => each !== null) === true;
  return !isDirectional && isCalledTrace(all);
}

/** The name without the folders, words of its entities included. */
function fileNameWithEntities(name: string): string {
  return plainWords([name.split('/').at(-1) ?? '']);
}

/** Of the image type only what names a map: "diffusion" stands in every map's type as well. */
function imageTypeOnly(type: string): string {
  return type.match(/\b(eadc|exp adc|adc|fa|tracew|trace|colfa|tensor)\b/)?.[0] ?? '';
}

function byWords(
  words: string,
  what: string,
  masks = true,
  only?: readonly Called[],
): { called: Called; because: string } | null {
  const found = whatItIsCalled(words, masks);
  return found === null || only?.includes(found.called) === false
    ? null
    : { called: found.called, because: `${what} “${found.word}”` };
}
