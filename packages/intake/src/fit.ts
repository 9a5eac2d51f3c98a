import { judgePairing } from '@atoll/volume/pairing';
import { pairingWords } from '@atoll/volume/pairing-words';
import type { Volume } from '@atoll/volume/volume';
import type { Candidate } from './candidate.ts';
import { placedAt } from './placed.ts';
import type { Problem } from './proposal.ts';

/** DWI and ADC map, and the volumes of them that were chosen. */
export type Pair = {
  readonly dwi: Candidate;
  readonly adc: Candidate;
  readonly volumes: { readonly dwi: Volume; readonly adc: Volume };
};

/** How DWI and ADC map fit one another by what they show. */
export type Fit = {
  /** An image to be used at another place than its header says. */
  readonly placed: Candidate | null;
  /** DWI and ADC are to be exchanged. */
  readonly exchanged: boolean;
  readonly problems: readonly Problem[];
  /** They fit now, whatever headers and names gave reason to doubt. */
  readonly settled: boolean;
};

const asGiven: Fit = { placed: null, exchanged: false, problems: [], settled: false };

/**
 * Looks at DWI and ADC map themselves: whether they belong together, where the map lies, which is which.
 * @param namedBy who says which is which. `names` of files: if they are wrong, the content decides. The `reader`: what
 *   fits nowhere is told and not refused, for they may know of noise or movement that the comparison cannot see past.
 */
export function fitOf(pair: Pair, namedBy: 'names' | 'headers' | 'reader'): Fit {
  const { dwi, adc, volumes } = pair;
  // What says nothing of where it lies takes the place of what it fits voxel by voxel.
  if (!dwi.sideKnown && adc.sideKnown) return adopted(pair);
  const pairing = judgePairing(volumes.dwi, volumes.adc);
  if (pairing.relation !== 'as-given' && pairing.relation !== 'swapped') {
    const elsewhere = byOtherPlace(pair);
    if (elsewhere !== null) return elsewhere;
  }
  if (pairing.relation === 'swapped' && namedBy === 'names') {
    const message =
      'The names of DWI and ADC are swapped: judging by content, the image named ADC is the DWI. The images were used according to their content.';
    return { ...asGiven, exchanged: true, problems: [serious(message)], settled: true };
  }
  const words = pairingWords(pairing);
  if (words === null) return asGiven;
  if (pairing.relation === 'none' && namedBy === 'reader') {
    return { ...asGiven, problems: [serious(words.message)] };
  }
  if (words.refuses) return { ...asGiven, problems: [blocking(words.message)] };
  const placed = 'affine' in pairing ? placedAt(adc, pairing.affine) : null;
  return { ...asGiven, placed, problems: [serious(words.message)], settled: true };
}

/** A DWI without a place of its own, at that of its ADC map. */
function adopted({ dwi, adc, volumes }: Pair): Fit {
  const { affine } = adc.grid;
  const sameShape = dwi.grid.shape.every((n, axis) => n === adc.grid.shape[axis]);
  const relation = sameShape ? judgePairing({ ...volumes.dwi, affine }, volumes.adc).relation : 'none';
  if (relation === 'as-given') {
    const message =
      'The DWI has no orientation (neither sform nor qform is set). Voxel by voxel it matches the ADC map, whose orientation was used; check left and right.';
    const placed = { ...placedAt(dwi, affine), sideKnown: true };
    return { placed, exchanged: false, problems: [serious(message)], settled: true };
  }
  const message =
    'The DWI has no orientation (neither sform nor qform is set), and it does not match the ADC map voxel by voxel. Convert it again from DICOM.';
  return { ...asGiven, problems: [blocking(message)] };
}

/** Where a header names two places, the one at which the two images fit. */
function byOtherPlace({ dwi, adc, volumes }: Pair): Fit | null {
  for (const [candidate, name] of [
    [adc, 'ADC map'],
    [dwi, 'DWI'],
  ] as const) {
    const affine = candidate.otherPlace;
    if (affine === null) continue;
    const { relation } =
      candidate === adc
        ? judgePairing(volumes.dwi, { ...volumes.adc, affine })
        : judgePairing({ ...volumes.dwi, affine }, volumes.adc);
    if (relation !== 'as-given') continue;
    const message = `The header of the ${name} has two conflicting orientations (sform and qform). DWI and ADC match only with the less usual one, and it was used; check left and right.`;
    return {
      placed: placedAt(candidate, affine),
      exchanged: false,
      problems: [serious(message)],
      settled: true,
    };
  }
  return null;
}

function serious(message: string): Problem {
  return { code: 'MISMATCH', blocking: false, serious: true, message };
}

function blocking(message: string): Problem {
  return { code: 'MISMATCH', blocking: true, message };
}
