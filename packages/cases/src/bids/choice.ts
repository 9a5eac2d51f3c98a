import { type BidsName, inheritedSideCar } from '@atoll/intake/bids-name';
import { isNamedAcute } from '@atoll/intake/words';
import type { CaseRole } from '@atoll/volume/case-files';

/** A file that may be an image of a case. */
export type Candidate = {
  /** From the data set’s folder, with `/`. */
  readonly path: string;
  readonly name: BidsName;
  readonly role: CaseRole;
  /** A DWI whose directions are combined already. */
  readonly isTrace: boolean;
  /** From `derivatives`: made of other images, or by hand. */
  readonly derived: boolean;
};

export type Choice = {
  readonly dwi: string;
  /** null where there is none, and it is to be computed from the DWI's b0 and its highest b-value. */
  readonly adc: string | null;
  readonly flair: string | null;
  readonly reference: string | null;
  /** Where the b-values of the DWI are, and its gradient directions, if the data set says them. */
  readonly bval: string | null;
  readonly bvec: string | null;
  /** What was chosen from among several, in words; null when there was no choice to make. */
  readonly word: string | null;
};

/** Entities by which images of one acquisition belong together. */
const pairing = ['acq', 'rec', 'dir', 'run', 'space', 'chunk'] as const;

/**
 * Chooses among the files of one session: DWI and ADC of the same run, the first one where there are several;
 * images before derivatives, native space before any other; FLAIR and mask that fit the DWI best.
 * @param sideCars paths of .bval and .bvec files: a DWI that has b-values can do without an ADC.
 * @returns null when DWI or ADC is missing.
 */
export function chooseImages(candidates: readonly Candidate[], sideCars: ReadonlySet<string>): Choice | null {
  const of = (role: CaseRole) => candidates.filter((each) => each.role === role).sort(byRank);
  const [dwis, adcs] = [of('dwi'), of('adc')];
  const pairs = dwis.flatMap((dwi) => adcs.map((adc) => ({ dwi, adc, kinship: kinship(dwi, adc) })));
  // The sort is stable: of equal kinship the first run stays first.
  const [pair] = pairs.sort((a, b) => b.kinship - a.kinship);
  const beside = ({ path }: Candidate, ending: string) => inheritedSideCar(path, sideCars, ending);
  const dwi = pair?.dwi ?? dwis.find((each) => beside(each, 'bval') !== null);
  if (dwi === undefined) return null;
  const bestFor = (role: CaseRole) => of(role).sort((a, b) => kinship(dwi, b) - kinship(dwi, a))[0] ?? null;
  const references = of('reference');
  const words = [
    ...(dwis.length > 1 ? [`DWI ${nameRun(dwi)} of ${dwis.length}`] : []),
    ...(pair !== undefined && adcs.length > 1 ? [`ADC ${nameRun(pair.adc)} of ${adcs.length}`] : []),
    ...(references.length > 1 ? [`one of ${references.length} reference masks`] : []),
  ];
  return {
    dwi: dwi.path,
    adc: pair?.adc.path ?? null,
    flair: bestFor('flair')?.path ?? null,
    reference: bestFor('reference')?.path ?? null,
    bval: beside(dwi, 'bval'),
    bvec: beside(dwi, 'bvec'),
    word: words.length === 0 ? null : `Chosen: ${words.join(', ')}.`,
  };
}

/** How many of the pairing entities agree, also by lacking both. */
function kinship(a: Candidate, b: Candidate): number {
  return pairing.filter((key) => a.name.entities.get(key) === b.name.entities.get(key)).length;
}

function byRank(a: Candidate, b: Candidate): number {
  return rank(a) - rank(b) || runOf(a) - runOf(b) || (a.path < b.path ? -1 : 1);
}

/**
 * Lower is better. A trace is what a reader looks at; the images behind it only lead to it. Of several masks the one of
 * acute lesions is what diffusion shows.
 */
function rank({ derived, name, role, isTrace }: Candidate): number {
  const isFit = isTrace || (role === 'reference' && isNamedAcute(name.entities.values()));
  return (name.entities.has('space') ? 4 : 0) + (derived ? 2 : 0) + (isFit ? 0 : 1);
}

function runOf({ name }: Candidate): number {
  return Number(name.entities.get('run') ?? 0) || 0;
}

function nameRun({ name }: Candidate): string {
  const run = name.entities.get('run');
  return run === undefined ? '1' : `run ${run}`;
}
