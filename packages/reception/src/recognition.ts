import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convertInNode } from '@atoll/dicom/convert-node';
import { asCautions } from '@atoll/engines/caution';
import { AtollError } from '@atoll/errors/error';
import { assemble } from '@atoll/intake/assemble';
import type { BroughtFile } from '@atoll/intake/brought';
import type { Candidate, Gathered } from '@atoll/intake/candidate';
import { type Choice, isComputed, type Pick } from '@atoll/intake/choice';
import { examine } from '@atoll/intake/examine';
import { readFilePart } from '@atoll/intake/file-part';
import { gather } from '@atoll/intake/gather';
import { type Proposal, seriousOf } from '@atoll/intake/proposal';
import { nothingFound, whyNoCase } from '@atoll/intake/refusal';
import { type CaseRole, caseRoles } from '@atoll/volume/case-files';
import { checkHeadGeometry } from '@atoll/volume/geometry';
import { readNiftiHeader } from '@atoll/volume/nifti-read';
import type { Received, ReceivedFile } from './received.ts';

/** Files that were passed over are named up to this many. */
const maxRemarks = 20;

export type Recognised = {
  /** Paths of packed NIfTI files without text fields, one volume each. */
  readonly images: ReadonlyMap<CaseRole, string>;
  readonly derivation: readonly string[];
  /** What should be known of the choice; may name files, so it is for the sender alone. */
  readonly remarks: readonly string[];
};

/**
 * Finds out which of these files is what, and makes the images of a case of them. All of it is in memory at once:
 * not for the thread that serves.
 * @param folder where the images are written.
 * @throws AtollError INTAKE_*, ZIP_*, DICOM_*, IMAGE_*, STUDY_NO_OVERLAP
 */
export async function recognise(
  { files, bValue }: Received,
  folder: string,
  { maxFiles }: { readonly maxFiles: number },
): Promise<Recognised> {
  const brought = files.map(toBrought);
  const gathered = await gather(
    brought.map(({ file }) => file),
    { convert: convertInNode, maxFiles },
  );
  const { ignored } = gathered;
  if (gathered.candidates.length === 0) throw nothingFound(gathered);
  const { candidates, proposal } = await examine(gathered.candidates, { bValue });
  if (proposal.subjects.length > 1 && brought.every(({ role }) => role === null)) {
    throw new AtollError('INTAKE_SEVERAL_SUBJECTS', whyNoCase(gathered, proposal));
  }
  const said = new Map<CaseRole, Candidate>();
  for (const { file, role } of brought) {
    if (role !== null) said.set(role, candidateOf(file, candidates, role, ignored));
  }
  const choice = withBValue(chooseRoles(gathered, proposal, said), bValue);
  const made = await assemble(candidates, choice);
  const images = new Map<CaseRole, string>();
  for (const role of caseRoles) {
    const bytes = made[role];
    if (bytes === undefined) continue;
    checkHeadGeometry(readNiftiHeader(bytes));
    const path = join(folder, `${role}.nii.gz`);
    await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
    images.set(role, path);
  }
  return {
    images,
    derivation: [...made.derivation, ...asCautions(seriousOf(proposal))],
    remarks: [
      ...proposal.problems.map(({ message }) => message),
      ...ignored.map(({ path, reason }) => `Skipped: ${path}: ${reason}`).slice(0, maxRemarks),
    ],
  };
}

/** Names are kept apart, for two files may have the same; sidecars still find their images by them. */
function toBrought({ path, name, sizeBytes, role }: ReceivedFile, at: number, all: readonly ReceivedFile[]) {
  const isUnique = name !== '' && all.filter((other) => other.name === name).length === 1;
  const file: BroughtFile = {
    path: isUnique ? name : `${at + 1}/${name === '' ? 'file' : name}`,
    sizeBytes,
    read: (range) => readFilePart(path, range?.start ?? 0, range?.end ?? sizeBytes),
  };
  return { file, role };
}

function candidateOf(
  file: BroughtFile,
  candidates: readonly Candidate[],
  role: CaseRole,
  ignored: readonly { readonly path: string; readonly reason: string }[],
): Candidate {
  const own = candidates.filter(({ paths }) => paths.includes(file.path));
  if (own.length === 1) return own[0];
  const reason =
    ignored.find(({ path }) => path === file.path)?.reason ?? 'It does not contain exactly one image.';
  throw new AtollError('INTAKE_CHOICE_INVALID', `${role.toUpperCase()}: ${reason}`);
}

/** The proposal, with what the sender said in its place. */
function chooseRoles(gathered: Gathered, proposal: Proposal, said: ReadonlyMap<CaseRole, Candidate>): Choice {
  const { choice } = proposal;
  const pick = (role: CaseRole): Pick | null => {
    const candidate = said.get(role);
    const proposed = choice?.[role] ?? null;
    const known = proposed === null || 'computedFrom' in proposed ? null : proposed;
    if (candidate === undefined || known?.candidateId === candidate.id) return known;
    if (candidate.volumes === 1) return { candidateId: candidate.id, volumes: [0] };
    throw new AtollError(
      'IMAGE_NOT_3D',
      `${role.toUpperCase()}: The image has ${candidate.volumes} volumes, and it is unclear which to use.`,
    );
  };
  const dwi = pick('dwi');
  const adc = pick('adc') ?? choice?.adc ?? null;
  const reason = whyNoCase(gathered, proposal);
  if (dwi === null || adc === null || (said.size === 0 && reason !== undefined)) {
    throw new AtollError('INTAKE_NO_CASE', reason);
  }
  return { dwi, adc, flair: pick('flair'), reference: pick('reference') };
}

function withBValue(choice: Choice, bValue: number | undefined): Choice {
  if (!isComputed(choice.adc) || bValue === undefined) return choice;
  return { ...choice, adc: { computedFrom: { ...choice.adc.computedFrom, bValue } } };
}
