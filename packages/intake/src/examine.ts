import { doubtsOfB0 } from './b0-fit.ts';
import type { Candidate } from './candidate.ts';
import { type Choice, isComputed, type Pick } from './choice.ts';
import { disagreement } from './disagreement.ts';
import { type Fit, fitOf, type Pair } from './fit.ts';
import type { Finding, Parts, Problem, Proposal } from './proposal.ts';
import { propose } from './propose.ts';
import { judgeSaidReference } from './references.ts';
import { type Said, saysPair } from './said.ts';

/** A proposal, and the images as they are to be used: some at another place than their headers say. */
export type Examined = { readonly candidates: readonly Candidate[]; readonly proposal: Proposal };

/**
 * Proposes which image is what (but for what the reader has said), and looks at the images themselves: whether the ADC
 * map belongs to the DWI and lies on it, whether the two were exchanged, whether it agrees with the b0. What a reader
 * has chosen by hand is looked at in the same way.
 */
export async function examine(candidates: readonly Candidate[], said: Said = {}): Promise<Examined> {
  const proposal = judgeSaidReference(candidates, propose(candidates, said), said);
  const { choice, problems } = proposal;
  const stands = problems.some(({ code, blocking }) => blocking && code !== 'GRIDS_APART');
  if (choice === null || stands) return { candidates, proposal };
  const pair = await pairOf(candidates, choice);
  if (pair === null) {
    const doubts = await doubtsOfComputed(candidates, choice);
    return { candidates, proposal: { ...proposal, problems: [...problems, ...doubts] } };
  }
  const isNamed = pair.dwi.dicom === null && pair.adc.dicom === null;
  const fit = fitOf(pair, saysPair(said) ? 'reader' : isNamed ? 'names' : 'headers');
  const { placed } = fit;
  const kept = problems.filter((each) => !fit.settled || !isSettled(each, placed));
  const told =
    fit.problems.length > 0 ? fit.problems : await disagreement(candidates, proposal, choice, pair);
  return {
    candidates:
      placed === null ? candidates : candidates.map((each) => (each.id === placed.id ? placed : each)),
    proposal: { ...(fit.exchanged ? exchanged(proposal, choice) : proposal), problems: [...kept, ...told] },
  };
}

/** null where there is no ADC map that could be compared with the DWI. */
async function pairOf(candidates: readonly Candidate[], choice: Choice): Promise<Pair | null> {
  if (isComputed(choice.adc) || choice.adc.candidateId === choice.dwi.candidateId) return null;
  const [dwi, adc] = [imageOf(candidates, choice.dwi), imageOf(candidates, choice.adc)];
  if (dwi === undefined || adc === undefined) return null;
  const volumes = { dwi: await volumeOf(dwi, choice.dwi), adc: await volumeOf(adc, choice.adc) };
  return { dwi, adc, volumes };
}

/** What there is to say of a b0 of another file that the ADC map is to be computed from. */
async function doubtsOfComputed(
  candidates: readonly Candidate[],
  { dwi, adc }: Choice,
): Promise<readonly Problem[]> {
  if (!isComputed(adc) || adc.computedFrom.b0.candidateId === dwi.candidateId) return [];
  const { b0 } = adc.computedFrom;
  const [weighted, plain] = [imageOf(candidates, dwi), imageOf(candidates, b0)];
  if (weighted === undefined || plain === undefined) return [];
  return doubtsOfB0(await volumeOf(weighted, dwi), await volumeOf(plain, b0));
}

function imageOf(candidates: readonly Candidate[], { candidateId }: Pick): Candidate | undefined {
  return candidates.find(({ id }) => id === candidateId);
}

async function volumeOf(candidate: Candidate, { volumes }: Pick) {
  return (await candidate.open()).volume(volumes[0]);
}

/** What was doubted by headers and names, and is decided now by the images. */
function isSettled({ code, message }: Problem, placed: Fit['placed']): boolean {
  if (code === 'GRIDS_APART' || code === 'UNCERTAIN') return true;
  if (placed === null) return false;
  if (code === 'SIDE_UNKNOWN') return placed.sideKnown;
  return code === 'CAUTION' && placed.cautions.some((each) => each.message === message);
}

/** DWI and ADC the other way round. */
function exchanged(proposal: Proposal, choice: Choice): Proposal {
  if (isComputed(choice.adc)) return proposal;
  const { dwi, adc } = choice;
  const reason = 'Judging by its content it is';
  const parts: Parts = { ...proposal.parts, dwi: adc, adc: dwi };
  const findings = proposal.findings.map((each): Finding => {
    const { pick } = each;
    if (each.role === 'dwi' && pick.candidateId === dwi.candidateId) {
      return {
        ...each,
        role: 'adc',
        reason: `${reason} the ADC map, though it is named DWI.`,
        confidence: 'medium',
      };
    }
    if (each.role === 'adc' && pick.candidateId === adc.candidateId) {
      return {
        ...each,
        role: 'dwi',
        reason: `${reason} the DWI, though it is named ADC.`,
        confidence: 'medium',
      };
    }
    return each;
  });
  return { ...proposal, parts, findings, choice: { ...choice, dwi: adc, adc: dwi } };
}
