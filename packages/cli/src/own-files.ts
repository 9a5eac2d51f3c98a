import { asCautions } from '@atoll/engines/caution';
import type { Progress } from '@atoll/engines/engine';
import { AtollError } from '@atoll/errors/error';
import type { Gathered } from '@atoll/intake/candidate';
import type { Choice } from '@atoll/intake/choice';
import { seriousOf } from '@atoll/intake/proposal';
import { nothingFound, whyNoCase } from '@atoll/intake/refusal';
import type { CaseFiles } from '@atoll/volume/case-files';
import { type Correction, saidBy } from './corrections.ts';
import { UsageError } from './exit.ts';
import { asJson } from './proposal-json.ts';
import { describeChoice, describeGathered } from './proposal-text.ts';

export type OwnOptions = {
  /** A folder, a ZIP or one file. */
  readonly path: string;
  /** b of the DWI, s/mm², where no file says it. */
  readonly bValue?: number | undefined;
  readonly corrections: readonly Correction[];
  readonly dryRun: boolean;
  /** Which of several subjects, as a run without it lists them. */
  readonly subject?: string | undefined;
  /** With `dryRun`: called with the same as `tell`, as JSON. */
  readonly tellJson?: ((json: object) => void) | undefined;
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
  const { path, bValue, corrections, dryRun, subject, signal, onProgress, tell } = options;
  const { convertInNode } = await import('@atoll/dicom/convert-node');
  const { assemble } = await import('@atoll/intake/assemble');
  const { filesOfFolder } = await import('@atoll/intake/folder-files');
  const { gather } = await import('@atoll/intake/gather');
  const { examine } = await import('@atoll/intake/examine');
  const { ofSubject } = await import('@atoll/intake/of-subject');
  const gathered = await gather(await filesOfFolder(path), { convert: convertInNode, signal, onProgress });
  tell(describeGathered(gathered));
  if (gathered.candidates.length === 0) {
    options.tellJson?.(asJson(gathered, (await examine([])).proposal));
    throw nothingFound(gathered);
  }
  const wanted =
    subject === undefined ? { images: gathered.candidates } : ofSubject(gathered.candidates, subject);
  if ('refused' in wanted) throw new UsageError(wanted.refused);
  const own = wanted.images;
  const { candidates, proposal } = await examine(own, saidBy(corrections, own, bValue));
  tell(describeChoice(proposal, candidates));
  options.tellJson?.(asJson({ ...gathered, candidates }, proposal));
  const { choice, missing, problems, subjects } = proposal;
  if (subjects.length > 1 && problems.some(({ code, blocking }) => code === 'SUBJECTS_MIXED' && blocking)) {
    const labels = subjects.map(({ label }) => `  --subject ${JSON.stringify(label)}`);
    throw new UsageError(`there are several subjects or sessions; select one:\n${labels.join('\n')}`);
  }
  if (choice === null || problems.some(({ blocking }) => blocking)) {
    throw new AtollError('INTAKE_NO_CASE', whyNoCase(gathered, proposal));
  }
  if (dryRun) return null;
  if (missing.length > 0) {
    throw new AtollError(
      'INTAKE_B_VALUE_NEEDED',
      'Computing the ADC requires the b-value of the DWI: --b-value.',
    );
  }
  const { derivation, ...files } = await assemble(candidates, choice, { signal });
  return {
    files,
    derivation: [...derivation, ...asCautions(seriousOf(proposal))],
    gathered: { ...gathered, candidates },
    choice,
  };
}
