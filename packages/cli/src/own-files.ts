import type { CaseFiles } from '@atoll/cases/source';
import type { Progress } from '@atoll/engines/engine';
import { AtollError } from '@atoll/errors/error';
import type { Gathered } from '@atoll/intake/candidate';
import { type Choice, isComputed } from '@atoll/intake/choice';
import type { Proposal } from '@atoll/intake/proposal';
import { type Correction, correctChoice } from './corrections.ts';
import { describeChoice, describeGathered } from './proposal-text.ts';

export type OwnOptions = {
  /** A folder, a ZIP or one file. */
  readonly path: string;
  /** b of the DWI, s/mm², where no file says it. */
  readonly bValue?: number | undefined;
  readonly corrections: readonly Correction[];
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Called once the images have been told apart, with what was found in words. */
  readonly tell: (text: string) => void;
};

/** What was made of a reader's own files. */
export type OwnCase = {
  readonly files: CaseFiles;
  readonly derivation: readonly string[];
  readonly gathered: Gathered;
  readonly choice: Choice;
};

/**
 * Finds the images among a reader's files, tells which is which, and makes a case of them.
 * @returns null when `dryRun`: it has been told what would be used.
 * @throws AtollError INTAKE_*, ZIP_*, DICOM_*, IMAGE_*, FILE_UNREADABLE, JOB_CANCELLED; UsageError for a correction
 *   that names what is not there.
 */
export async function openOwnFiles(options: OwnOptions): Promise<OwnCase | null> {
  const { path, bValue, corrections, dryRun, signal, onProgress, tell } = options;
  const { convertInNode } = await import('@atoll/dicom/convert-node');
  const { assemble } = await import('@atoll/intake/assemble');
  const { broughtFolder } = await import('@atoll/intake/folder-files');
  const { gather } = await import('@atoll/intake/gather');
  const { propose } = await import('@atoll/intake/propose');
  const gathered = await gather(await broughtFolder(path), { convert: convertInNode, signal, onProgress });
  const { candidates } = gathered;
  const proposal = propose(candidates, { bValue });
  tell(describeGathered(gathered));
  if (candidates.length === 0) throw new AtollError('INTAKE_NOTHING_FOUND');
  const choice = correctChoice(proposal, candidates, corrections, bValue);
  tell(describeChoice(choice, proposal, candidates));
  if (choice === null || (corrections.length === 0 && isBlocked(proposal))) {
    throw new AtollError('INTAKE_NO_CASE', proposal.problems.find(({ blocking }) => blocking)?.message);
  }
  if (dryRun) return null;
  if (isComputed(choice.adc) && choice.adc.computedFrom.bValue === null) {
    throw new AtollError(
      'INTAKE_B_VALUE_NEEDED',
      'To compute the ADC say the b-value of the DWI: --b-value.',
    );
  }
  const { derivation, ...files } = await assemble(candidates, choice, { signal });
  return { files, derivation, gathered, choice };
}

function isBlocked({ problems }: Proposal): boolean {
  return problems.some(({ blocking }) => blocking);
}
