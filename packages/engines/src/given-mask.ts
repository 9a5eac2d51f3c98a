import { AtollError, asAtollError } from '@atoll/errors/error';
import { fromQuaternion, isUsable } from '@atoll/volume/affine';
import type { NiftiHeader } from '@atoll/volume/nifti-header';
import { readNifti } from '@atoll/volume/nifti-read';
import type { Grid, Mask } from '@atoll/volume/volume';
import { inOrderOf } from '@atoll/volume/voxel-order';

/** A label is a whole number, but for what a slope of the header's makes of it. */
const tolerance = 1e-3;

/**
 * A mask that was drawn or changed elsewhere, in the order of the DWI's own voxels: uint8, integers or floats with one
 * label besides 0, axes in any order. A program may have read the other of the DWI's two forms (sform, qform) and saved
 * that: the voxels are the DWI's all the same.
 * @throws AtollError IMAGE_* when the file cannot be read, MASK_NOT_FINITE, MASK_NOT_BINARY, MASK_GRID_DIFFERS
 */
export async function readGivenMask(bytes: Uint8Array, dwi: NiftiHeader): Promise<Mask> {
  const voxels = dwi.shape[0] * dwi.shape[1] * dwi.shape[2];
  const image = await readNifti(bytes, { maxVoxels: Math.max(voxels, 1 << 24) }).catch((thrown: unknown) => {
    const error = asAtollError(thrown);
    throw new AtollError(error.code, `Mask: ${error.message}`, { cause: error });
  });
  const drawn = { shape: image.shape, affine: image.affine, data: binary(image.data) };
  for (const affine of affinesOf(dwi)) {
    const mask = inOrderOf(drawn, { shape: dwi.shape, affine });
    if (mask !== null) return { shape: dwi.shape, affine: dwi.affine, data: mask.data };
  }
  throw new AtollError('MASK_GRID_DIFFERS', differenceOf(drawn, dwi));
}

/** @throws AtollError MASK_NOT_FINITE, MASK_NOT_BINARY */
function binary(values: Float32Array): Uint8Array {
  const inside = new Uint8Array(values.length);
  let label = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (!Number.isFinite(value)) throw new AtollError('MASK_NOT_FINITE');
    if (Math.abs(value) <= tolerance) continue;
    if (label === 0) label = value;
    if (value < 0 || Math.abs(value - label) > tolerance * label) throw new AtollError('MASK_NOT_BINARY');
    inside[at] = 1;
  }
  return inside;
}

/** Where the DWI's voxels lie: as it is read here, and by the other of its forms, where that is set. */
function affinesOf({ affine, sform, qform, pixdimMm }: NiftiHeader): Grid['affine'][] {
  const byQform = fromQuaternion(qform.quaternion, qform.offset, pixdimMm, qform.qfac);
  return [
    affine,
    ...(sform.code > 0 && isUsable(sform.affine) ? [sform.affine] : []),
    ...(qform.code > 0 && isUsable(byQform) ? [byQform] : []),
  ];
}

function differenceOf(mask: Grid, dwi: Grid): string {
  const [one, other] = [mask, dwi].map(({ shape }) => shape.toSorted((a, b) => a - b).join());
  return one === other
    ? 'The mask does not lie on the grid of the DWI: it has as many voxels, and they lie elsewhere.'
    : `The mask does not lie on the grid of the DWI: it has ${mask.shape.join(' × ')} voxels, the DWI ${dwi.shape.join(' × ')}.`;
}
