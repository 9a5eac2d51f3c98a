import { MaskEditor } from '@atoll/editor/mask-editor';
import { factorToMicrometres } from '@atoll/engines/diffusion/units';
import { sha256 } from '@atoll/engines/sha256';
import { AtollError } from '@atoll/errors/error';
import { sameGrid } from '@atoll/volume/affine';
import { quantile } from '@atoll/volume/histogram';
import { type NiftiImage, readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import { resampleLinear } from '@atoll/volume/resample';
import type { Mask } from '@atoll/volume/volume';
import { fetchVolume } from '../images/fetch-volume.ts';
import type { EditSource } from './edit-source.ts';
import type { EditStore } from './edit-store.ts';

/** An open edit: the mask with its steps, and what it was made from. */
export type OpenEdit = {
  readonly source: EditSource;
  readonly editor: MaskEditor;
  readonly dwi: NiftiImage;
  /** Of the voxels that the edit began from: a host on the way may have unpacked the file. */
  readonly baseSha256: string;
  /** The mask as the edit began from it. */
  readonly base: Mask;
  /** Candidates of the second look; null where there are none. */
  readonly candidates: Mask | null;
  /** It went on from what this browser had kept. */
  readonly isResumed: boolean;
};

/**
 * Reads the images of a result and the steps of an edit that this browser has kept of it.
 * @throws AtollError IMAGE_*, IMAGE_GRIDS_DIFFER; UnreachableError, ServiceError
 */
export async function openEdit(source: EditSource, store: EditStore, signal: AbortSignal): Promise<OpenEdit> {
  const fetched = (role: string, file: string | Uint8Array) => bytesOf(role, file, signal);
  const [dwi, adc, base, candidates] = await Promise.all([
    fetched('dwi', source.dwi).then(readNifti),
    fetched('adc', source.adc).then(readNifti),
    fetched('mask', source.mask).then(readNiftiMask),
    source.candidates === null ? null : fetched('missed', source.candidates).then(readNiftiMask),
  ]);
  if (!sameGrid(dwi, base) || (candidates !== null && !sameGrid(dwi, candidates)))
    throw new AtollError('IMAGE_GRIDS_DIFFER');
  const diffusion = resampleLinear(adc, dwi, Number.NaN).data;
  const factor = factorOf(diffusion, dwi.data);
  for (let at = 0; at < diffusion.length; at++) diffusion[at] *= factor;
  const baseSha256 = await sha256(base.data);
  const history = await store.read(source.key, baseSha256, base.data.length).catch(() => null);
  signal.throwIfAborted();
  return {
    source,
    editor: new MaskEditor(base, { dwi: dwi.data, adc: diffusion }, history ?? undefined),
    dwi,
    baseSha256,
    base,
    candidates,
    isResumed: history !== null && history.position > 0,
  };
}

/** To 10⁻⁶ mm²/s, by the typical value where there is signal. */
function factorOf(diffusion: Float32Array, signal: Float32Array): number {
  const floor = quantile(signal, 0.9) / 4;
  const values = diffusion.filter((value, at) => value > 0 && Number.isFinite(value) && signal[at] > floor);
  return values.length === 0 ? 1 : factorToMicrometres(quantile(values, 0.5, true));
}

async function bytesOf(role: string, file: string | Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  if (typeof file !== 'string') return file;
  const { bytes } = await fetchVolume(file, role, signal, () => undefined);
  return new Uint8Array(bytes);
}
