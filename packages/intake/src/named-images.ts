import { AtollError, asAtollError } from '@atoll/errors/error';
import { type CaseFiles, caseRoles } from '@atoll/volume/case-files';
import type { NiftiHeader } from '@atoll/volume/nifti-header';
import { readNiftiHeader } from '@atoll/volume/nifti-read';
import { toldPlace } from '@atoll/volume/told-place';
import { assemble } from './assemble.ts';
import { examine } from './examine.ts';
import { gather } from './gather.ts';
import { fileOfBytes } from './input-file.ts';
import { type Role, seriousOf } from './proposal.ts';
import { whyNoCase } from './refusal.ts';
import type { SaidPart } from './said.ts';

export type PlacedImages = {
  readonly files: CaseFiles;
  /** What was made of what, a sentence each; empty where the files are as they were given. */
  readonly derivation: readonly string[];
  /** What a result may be wrong by. */
  readonly cautions: readonly string[];
};

/** Whether a header contradicts itself about where its image lies, or says nothing of it. */
export function isPlaceDoubtful(header: NiftiHeader): boolean {
  const { message, sideKnown } = toldPlace(header);
  return message !== null || !sideKnown;
}

/**
 * Images where their headers can be believed to place them. Those whose headers contradict themselves are looked at as
 * a folder's would be; where none does, the files stay as they are.
 * @throws AtollError STUDY_ADC_IMPLAUSIBLE where DWI and ADC do not fit, INTAKE_*, IMAGE_*
 */
export async function placeNamed(files: CaseFiles, signal?: AbortSignal): Promise<PlacedImages> {
  const given = caseRoles.flatMap((role) => {
    const bytes = files[role];
    return bytes === undefined ? [] : [{ role, bytes }];
  });
  if (!given.some(({ bytes }) => isToBePlaced(bytes))) return { files, derivation: [], cautions: [] };
  const { candidates: found } = await gather(
    given.map(({ role, bytes }) => fileOfBytes(`${role}.nii`, bytes)),
    { signal },
  );
  const parts = new Map<Role, SaidPart>();
  for (const { role } of given) {
    const candidate = found.find(({ name }) => name === role);
    if (candidate !== undefined) parts.set(role, { candidateId: candidate.id, volumes: null });
  }
  // One that could not be read says so better where it is used.
  if (parts.size < given.length) return { files, derivation: [], cautions: [] };
  const { candidates, proposal } = await examine(found, { parts });
  const { choice } = proposal;
  const reason = whyNoCase({ candidates, ignored: [] }, proposal);
  if (choice === null || reason !== undefined) throw new AtollError('STUDY_ADC_IMPLAUSIBLE', reason);
  const { derivation, ...placed } = await assemble(candidates, choice, { signal });
  return { files: placed, derivation, cautions: seriousOf(proposal) };
}

function isToBePlaced(bytes: Uint8Array): boolean {
  try {
    const header = readNiftiHeader(bytes);
    return header.volumes === 1 && isPlaceDoubtful(header);
  } catch (thrown) {
    if (asAtollError(thrown).code !== 'INTERNAL') return false;
    throw thrown;
  }
}
