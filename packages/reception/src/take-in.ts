import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { readFilePart } from '@atoll/intake/file-part';
import { kindOf, startBytes, whyNoImage } from '@atoll/intake/kind';
import { isPlaceDoubtful } from '@atoll/intake/named-images';
import type { CaseRole } from '@atoll/volume/case-files';
import { readNiftiHeader } from '@atoll/volume/nifti-read';
import { cleanImage } from './clean-image.ts';
import type { Received, ReceivedFile } from './received.ts';
import { recogniseApart } from './recognise-apart.ts';
import type { Recognised } from './recognition.ts';
import { Turns } from './turns.ts';

/** 256 × 256 × 256, the most that an engine is given. */
const maxVoxels = 1 << 24;

/** Cases whose images are packed at the same time: each holds one of Node's few threads for it. */
const packing = new Turns(8);

export type TakeInOptions = {
  /** Whose images they are: one client's wait for one another. */
  readonly client: string;
  /** A scratch folder; what is written there is the case's, or for the caller to remove. */
  readonly folder: string;
  readonly maxFiles: number;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Makes the images of a case of files that have arrived: each is read to its end, and written anew without its
 * text fields. Where it is said which is which and each is one NIfTI volume, a piece at a time; else they are
 * recognised.
 * @throws AtollError CASE_IMAGES_MISSING, IMAGE_*, INTAKE_*, ZIP_*, DICOM_*
 */
export async function prepareImages(received: Received, options: TakeInOptions): Promise<Recognised> {
  const { files } = received;
  const { client, folder, maxFiles, signal } = options;
  if (files.length === 0) throw new AtollError('CASE_IMAGES_MISSING');
  const plain = await allPlain(files);
  if (plain === null) return recogniseApart({ received, folder, maxFiles }, client, signal);
  if (!plain.has('dwi') || !plain.has('adc')) throw new AtollError('CASE_IMAGES_MISSING');
  return packing.do(client, async () => {
    const images = new Map<CaseRole, string>();
    for (const [role, { path }] of plain) {
      const clean = join(folder, `${role}.nii.gz`);
      await cleanImage(path, clean, { maxVoxels, signal }).catch(naming(role));
      images.set(role, clean);
    }
    return { images, dwiSources: [], derivation: [], remarks: [] };
  });
}

/** The files by their roles, if each has one and is a NIfTI image of one volume that says where it lies; else null. */
async function allPlain(files: readonly ReceivedFile[]): Promise<Map<CaseRole, ReceivedFile> | null> {
  const plain = new Map<CaseRole, ReceivedFile>();
  for (const file of files) {
    if (file.role === null) return null;
    const start = await readFilePart(file.path, 0, startBytes);
    const kind = kindOf(start);
    const fault = whyNoImage[kind];
    if (fault !== undefined) {
      throw new AtollError('UPLOAD_TYPE_UNSUPPORTED', `${file.role.toUpperCase()}: ${fault}`);
    }
    if (kind !== 'nifti') return null;
    try {
      const header = readNiftiHeader(start);
      if (header.volumes > 1 || isPlaceDoubtful(header)) return null;
    } catch (thrown) {
      naming(file.role)(thrown);
    }
    plain.set(file.role, file);
  }
  return plain;
}

/** Says which of the images it is about. */
function naming(role: CaseRole): (thrown: unknown) => never {
  return (thrown) => {
    if (!(thrown instanceof AtollError)) throw thrown;
    throw new AtollError(thrown.code, `${role.toUpperCase()}: ${thrown.message}`, { cause: thrown });
  };
}
