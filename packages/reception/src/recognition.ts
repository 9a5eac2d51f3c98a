import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convertInNode } from '@atoll/dicom/convert-node';
import { asCautions } from '@atoll/engines/caution';
import { AtollError } from '@atoll/errors/error';
import { assemble } from '@atoll/intake/assemble';
import type { Candidate } from '@atoll/intake/candidate';
import { examine } from '@atoll/intake/examine';
import { readFilePart } from '@atoll/intake/file-part';
import { gather } from '@atoll/intake/gather';
import type { InputFile } from '@atoll/intake/input-file';
import { ofSubject } from '@atoll/intake/of-subject';
import { type Role, seriousOf } from '@atoll/intake/proposal';
import { nothingFound, whyNoCase } from '@atoll/intake/refusal';
import type { SaidPart } from '@atoll/intake/said';
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
  /** Of DICOM, the files that the DWI was made of, by their names as they were received; else none. */
  readonly dwiSources: readonly string[];
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
  { files, bValue, subject }: Received,
  folder: string,
  { maxFiles }: { readonly maxFiles: number },
): Promise<Recognised> {
  const named = files.map(toInputFile);
  const gathered = await gather(
    named.map(({ file }) => file),
    { convert: convertInNode, maxFiles },
  );
  const { ignored } = gathered;
  if (gathered.candidates.length === 0) throw nothingFound(gathered);
  const parts = new Map<Role, SaidPart>();
  for (const { file, role } of named) {
    if (role !== null) parts.set(role, candidateOf(file, gathered.candidates, role, ignored));
  }
  const wanted =
    subject === undefined ? { images: gathered.candidates } : ofSubject(gathered.candidates, subject);
  if ('refused' in wanted) throw new AtollError('INTAKE_CHOICE_INVALID', wanted.refused);
  const { candidates, proposal } = await examine(wanted.images, { parts, bValue });
  const { choice, missing, problems } = proposal;
  const reason = whyNoCase(gathered, proposal);
  if (problems.some(({ code, blocking }) => code === 'SUBJECTS_MIXED' && blocking)) {
    throw new AtollError('INTAKE_SEVERAL_SUBJECTS', reason);
  }
  if (choice === null || reason !== undefined) throw new AtollError('INTAKE_NO_CASE', reason);
  if (missing.length > 0) throw new AtollError('INTAKE_B_VALUE_NEEDED');
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
    dwiSources: sourcesOf(candidates, choice.dwi.candidateId),
    derivation: [...made.derivation, ...asCautions(seriousOf(proposal))],
    remarks: [
      ...problems.map(({ message }) => message),
      ...ignored.map(({ path, reason }) => `Skipped: ${path}: ${reason}`).slice(0, maxRemarks),
    ],
  };
}

function sourcesOf(candidates: readonly Candidate[], candidateId: string): string[] {
  const found = candidates.find(({ id }) => id === candidateId);
  return found?.dicom?.files.map(({ path }) => path) ?? [];
}

/** Names are kept apart, for two files may have the same; sidecars still find their images by them. */
function toInputFile(
  { path, name, sizeBytes, role }: ReceivedFile,
  at: number,
  all: readonly ReceivedFile[],
) {
  const isUnique = name !== '' && all.filter((other) => other.name === name).length === 1;
  const file: InputFile = {
    path: isUnique ? name : `${at + 1}/${name === '' ? 'file' : name}`,
    sizeBytes,
    read: (range) => readFilePart(path, range?.start ?? 0, range?.end ?? sizeBytes),
  };
  return { file, role };
}

function candidateOf(
  file: InputFile,
  candidates: readonly Candidate[],
  role: CaseRole,
  ignored: readonly { readonly path: string; readonly reason: string }[],
): SaidPart {
  const own = candidates.filter(({ paths }) => paths.includes(file.path));
  if (own.length === 1) return { candidateId: own[0].id, volumes: null };
  const reason =
    ignored.find(({ path }) => path === file.path)?.reason ?? 'It does not contain exactly one image.';
  throw new AtollError('INTAKE_CHOICE_INVALID', `${role.toUpperCase()}: ${reason}`);
}
