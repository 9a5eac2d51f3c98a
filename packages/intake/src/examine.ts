import { sameGrid } from '@atoll/volume/affine';
import { placedNifti } from '@atoll/volume/nifti-placed';
import { readNifti } from '@atoll/volume/nifti-read';
import { judgePairing, type Pairing } from '@atoll/volume/pairing';
import { resampleLinear } from '@atoll/volume/resample';
import type { Affine, Volume } from '@atoll/volume/volume';
import { adcOf } from './adc.ts';
import type { Candidate } from './candidate.ts';
import { type Choice, isComputed, type Pick } from './choice.ts';
import type { Problem, Proposal } from './proposal.ts';
import { type Answers, propose } from './propose.ts';
import { isUsableBValue } from './shells.ts';

/** A proposal, and the images as they are to be used: some at another place than their headers say. */
export type Examined = { readonly candidates: readonly Candidate[]; readonly proposal: Proposal };

/** An ADC map may differ from ln(b0/DWI)/b by noise, by the kind of mean, and by a scanner's own model. */
const adcDifference = 0.2;

/**
 * Proposes which image is what, and looks at the images themselves: whether the ADC map belongs to the DWI and lies on
 * it, whether the two were exchanged, whether it agrees with the b0.
 */
export async function examine(candidates: readonly Candidate[], answers: Answers = {}): Promise<Examined> {
  const proposal = propose(candidates, answers);
  const { choice, problems } = proposal;
  const partner = choice === null ? null : isComputed(choice.adc) ? choice.adc.computedFrom.b0 : choice.adc;
  const find = (pick: Pick) => candidates.find(({ id }) => id === pick.candidateId);
  const dwi = choice === null ? undefined : find(choice.dwi);
  const other = partner === null ? undefined : find(partner);
  const stands = problems.some(({ code, blocking }) => blocking && code !== 'GRIDS_APART');
  if (choice === null || partner === null || dwi === undefined || other === undefined || stands) {
    return { candidates, proposal };
  }
  if (isComputed(choice.adc)) return { candidates, proposal };
  if (dwi === other) return { candidates, proposal };
  const pair = { dwi: await volumeOf(dwi, choice.dwi), adc: await volumeOf(other, partner) };
  const told = placeByContent(choice, { dwi, other }, pair);
  const changed = told.candidates.length === 0 ? candidates : replaced(candidates, told.candidates);
  const kept = told.settled ? problems.filter((each) => !isSettled(each, told.candidates)) : problems;
  const isSwapped = told.choice !== choice;
  return {
    candidates: changed,
    proposal: {
      ...proposal,
      choice: told.choice,
      findings: isSwapped ? exchanged(proposal, dwi.id, other.id) : proposal.findings,
      problems: [
        ...kept,
        ...told.problems,
        ...(told.problems.length === 0 ? await disagreement(candidates, proposal, choice, pair) : []),
      ],
    },
  };
}

/** What was doubted by headers and names, and is decided now by the images. */
function isSettled({ code, message }: Problem, moved: readonly Candidate[]): boolean {
  if (['GRIDS_APART', 'UNCERTAIN'].includes(code)) return true;
  if (code === 'SIDE_UNKNOWN') return moved.some(({ sideKnown }) => sideKnown);
  return (
    code === 'CAUTION' && moved.some(({ cautions }) => cautions.some((each) => each.message === message))
  );
}

type Placed = {
  readonly choice: Choice;
  /** Candidates that take the place of those of the same id. */
  readonly candidates: readonly Candidate[];
  readonly problems: readonly Problem[];
  /** Whether DWI and ADC fit one another now. */
  readonly settled: boolean;
};

function placeByContent(
  choice: Choice,
  { dwi, other }: { readonly dwi: Candidate; readonly other: Candidate },
  pair: { readonly dwi: Volume; readonly adc: Volume },
): Placed {
  const as = (problems: readonly Problem[], more: Partial<Placed> = {}): Placed => ({
    choice,
    candidates: [],
    problems,
    settled: false,
    ...more,
  });
  // What says nothing of where it lies takes the place of what it fits voxel by voxel.
  if (!dwi.sideKnown && other.sideKnown) return adopted(choice, dwi, other, pair);
  const pairing = judgePairing(pair.dwi, pair.adc);
  if (pairing.relation !== 'as-given' && pairing.relation !== 'swapped') {
    const alternative = byOtherPlace(dwi, other, pair);
    if (alternative !== null)
      return as([serious(alternative.message)], { candidates: [alternative.candidate], settled: true });
  }
  switch (pairing.relation) {
    case 'as-given':
    case 'unknown':
      return as([]);
    case 'swapped': {
      if (dwi.dicom !== null || other.dicom !== null || isComputed(choice.adc)) {
        return as([
          serious('Judging by their content, DWI and ADC are swapped despite their headers; check both.'),
        ]);
      }
      return as(
        [
          serious(
            'The names of DWI and ADC are swapped: judging by content, the image named ADC is the DWI. The images were used according to their content.',
          ),
        ],
        { choice: { ...choice, dwi: choice.adc, adc: choice.dwi }, settled: true },
      );
    }
    case 'mirrored': {
      const how = pairing.axes.length === 2 ? 'rotated by 180°' : `mirrored (${pairing.axes.join(', ')})`;
      return as([
        blocking(
          `The ADC map is ${how} relative to the DWI: one of the two has the wrong orientation, and it is unclear which. Convert both again from DICOM.`,
        ),
      ]);
    }
    case 'shifted':
      return as(
        [
          serious(
            `According to its header the ADC map is displaced by ${pairing.distanceMm.toFixed(0)} mm from the DWI, where the two do not match. It was moved to the matching position; the mask is placed according to the DWI’s header.`,
          ),
        ],
        { candidates: [placedAt(other, pairing.affine)], settled: true },
      );
    case 'by-index':
      return as(
        [
          serious(
            'According to its header the ADC map has a different position or orientation from the DWI, but voxel by voxel the two match. It was treated as aligned with the DWI; the mask is placed according to the DWI’s header. Check left and right.',
          ),
        ],
        { candidates: [placedAt(other, pairing.affine)], settled: true },
      );
    case 'none':
      return as([
        blocking(
          'The ADC map does not match the DWI anywhere: it is from another patient or examination, or not an ADC map. Provide the ADC map of this DWI, or have it computed from the b0.',
        ),
      ]);
  }
}

/** A DWI without a place of its own, at that of its ADC map. */
function adopted(
  choice: Choice,
  dwi: Candidate,
  other: Candidate,
  pair: { dwi: Volume; adc: Volume },
): Placed {
  const sameShape = dwi.grid.shape.every((n, axis) => n === other.grid.shape[axis]);
  const there = { ...pair.dwi, affine: other.grid.affine };
  const pairing: Pairing | null = sameShape ? judgePairing(there, pair.adc) : null;
  if (pairing?.relation === 'as-given' || pairing?.relation === 'swapped') {
    return {
      choice,
      candidates: [{ ...placedAt(dwi, other.grid.affine), sideKnown: true }],
      problems: [
        serious(
          'The DWI has no orientation (neither sform nor qform is set). Voxel by voxel it matches the ADC map, whose orientation was used; check left and right.',
        ),
      ],
      settled: true,
    };
  }
  return {
    choice,
    candidates: [],
    problems: [
      blocking(
        'The DWI has no orientation (neither sform nor qform is set), and it does not match the ADC map voxel by voxel. Convert it again from DICOM.',
      ),
    ],
    settled: false,
  };
}

/** Where a header names two places, the one at which the two images fit. */
function byOtherPlace(
  dwi: Candidate,
  other: Candidate,
  pair: { readonly dwi: Volume; readonly adc: Volume },
): { readonly candidate: Candidate; readonly message: string } | null {
  for (const [candidate, name] of [
    [other, 'ADC map'],
    [dwi, 'DWI'],
  ] as const) {
    const affine = candidate.otherPlace;
    if (affine === null) continue;
    const isAdc = candidate === other;
    const { relation } = isAdc
      ? judgePairing(pair.dwi, { ...pair.adc, affine })
      : judgePairing({ ...pair.dwi, affine }, pair.adc);
    if (relation !== 'as-given') continue;
    const message = `The header of the ${name} has two conflicting orientations (sform and qform). DWI and ADC match only with the less usual one, and it was used; check left and right.`;
    return { candidate: placedAt(candidate, affine), message };
  }
  return null;
}

/** Told where an ADC map is not the one that b0 and DWI give, by more than noise. */
async function disagreement(
  candidates: readonly Candidate[],
  { findings }: Proposal,
  choice: Choice,
  pair: { readonly dwi: Volume; readonly adc: Volume },
): Promise<Problem[]> {
  const b0 = findings.find(({ role }) => role === 'b0');
  const found = candidates.find(({ id }) => id === b0?.pick.candidateId);
  const dwi = candidates.find(({ id }) => id === choice.dwi.candidateId);
  const bValues = choice.dwi.volumes.flatMap((volume) => dwi?.bValues?.[volume] ?? []);
  if (b0 === undefined || found === undefined || bValues.length === 0 || choice.dwi.volumes.length > 1)
    return [];
  const low = found.bValues?.[b0.pick.volumes[0]] ?? 0;
  const bValue = Math.max(...bValues) - low;
  const signal = await volumeOf(found, b0.pick);
  if (!isUsableBValue(bValue) || !sameGrid(signal, pair.dwi)) return [];
  const computed = adcOf(signal, pair.dwi, bValue).data;
  const given = resampleLinear(pair.adc, pair.dwi).data;
  const bright =
    Float32Array.from(signal.data)
      .sort()
      .at(Math.floor(0.9 * signal.data.length)) ?? 0;
  const ratios: number[] = [];
  for (let at = 0; at < computed.length; at += 7) {
    if (signal.data[at] > 0.5 * bright && computed[at] > 0.2 && given[at] > 0)
      ratios.push(given[at] / computed[at]);
  }
  if (ratios.length < 100) return [];
  const [middle] = ratios.sort((a, b) => a - b).slice(ratios.length >> 1);
  // Units of ADC differ by powers of ten; 10⁻³ mm²/s is what was computed.
  const difference = middle / 10 ** Math.round(Math.log10(middle)) - 1;
  if (Math.abs(difference) <= adcDifference) return [];
  return [
    {
      code: 'MISMATCH',
      blocking: false,
      serious: true,
      message: `The ADC map is ${Math.round(100 * Math.abs(difference))} % ${difference > 0 ? 'higher' : 'lower'} than the one computed from b0 and DWI with b = ${Math.round(bValue)} s/mm²; the b-value or the map may be from another acquisition.`,
    },
  ];
}

async function volumeOf(candidate: Candidate, { volumes }: Pick): Promise<Volume> {
  return (await candidate.open()).volume(volumes[0]);
}

/** The image with another affine than its file has. */
function placedAt(candidate: Candidate, affine: Affine): Candidate {
  return {
    ...candidate,
    grid: { ...candidate.grid, affine },
    open: async () => {
      const image = await candidate.open();
      if (image.nifti === null) {
        return { nifti: null, volume: async (index) => ({ ...(await image.volume(index)), affine }) };
      }
      const nifti = placedNifti(image.nifti, affine);
      return { nifti, volume: (volumeIndex) => readNifti(nifti, { volumeIndex }) };
    },
  };
}

function replaced(all: readonly Candidate[], by: readonly Candidate[]): Candidate[] {
  return all.map((each) => by.find(({ id }) => id === each.id) ?? each);
}

/** The findings with the parts of two images exchanged. */
function exchanged({ findings }: Proposal, dwi: string, adc: string): Proposal['findings'] {
  const reason = 'Judging by its content it is';
  return findings.map((each) => {
    if (each.role === 'dwi' && each.pick.candidateId === dwi) {
      return {
        role: 'adc',
        pick: each.pick,
        reason: `${reason} the ADC map, though it is named DWI.`,
        confidence: 'medium',
      };
    }
    if (each.role === 'adc' && each.pick.candidateId === adc) {
      return {
        role: 'dwi',
        pick: each.pick,
        reason: `${reason} the DWI, though it is named ADC.`,
        confidence: 'medium',
      };
    }
    return each;
  });
}

function serious(message: string): Problem {
  return { code: 'MISMATCH', blocking: false, serious: true, message };
}

function blocking(message: string): Problem {
  return { code: 'MISMATCH', blocking: true, message };
}
