import { AtollError } from '@atoll/errors/error';
import { parseNiftiHeader } from './nifti-header.ts';
import { HeaderView, layouts, type NiftiVersion } from './nifti-layout.ts';
import { countInMillimetres } from './nifti-units.ts';

/**
 * Fields that hold text (or nothing of use), by start and length. Patients' names have been seen in descrip,
 * db_name, aux_file and intent_name; data_type and unused_str are free for anything.
 */
const textFields: Readonly<Record<NiftiVersion, readonly (readonly [start: number, length: number])[]>> = {
  1: [
    [4, 10], // data_type
    [14, 18], // db_name
    [32, 7], // extents, session_error, regular
    [140, 8], // glmax, glmin
    [148, 80], // descrip
    [228, 24], // aux_file
    [328, 16], // intent_name
  ],
  2: [
    [240, 80], // descrip
    [320, 24], // aux_file
    [508, 16], // intent_name
    [525, 15], // unused_str
  ],
};

/**
 * The header alone, as {@link anonymousNifti} writes it: what stands before the voxels of such a file. Lengths are in
 * millimetres then: some viewers pass over the unit, and would show the image a thousand times too small.
 * @param start the first bytes of an unpacked NIfTI file, a whole header at least; not changed.
 * @throws AtollError as `parseNiftiHeader`.
 */
export function anonymousHeader(start: Uint8Array): Uint8Array {
  const { version, littleEndian } = parseNiftiHeader(start);
  const at = layouts[version];
  const out = new Uint8Array(at.firstVoxel);
  out.set(start.subarray(0, at.size));
  for (const [from, count] of textFields[version]) out.fill(0, from, from + count);
  const view = new HeaderView(new DataView(out.buffer), version, littleEndian);
  view.setVoxelOffset(at.voxelOffset, at.firstVoxel);
  countInMillimetres(view, at);
  return out;
}

/**
 * The same image without anything that could name a patient: text fields are emptied, extensions and whatever
 * stands behind the voxels are left out. Voxels, geometry, scaling and types stay byte for byte, but for lengths in
 * another unit than millimetres.
 * @param bytes an unpacked NIfTI file; not changed.
 * @throws AtollError as `parseNiftiHeader`; IMAGE_TRUNCATED when voxels are missing.
 */
export function anonymousNifti(bytes: Uint8Array): Uint8Array {
  const { shape, volumes, voxelType, voxelOffset } = parseNiftiHeader(bytes);
  const start = anonymousHeader(bytes);
  const length = shape[0] * shape[1] * shape[2] * volumes * voxelType.bytes;
  if (bytes.length < voxelOffset + length) throw new AtollError('IMAGE_TRUNCATED');
  const out = new Uint8Array(start.length + length);
  out.set(start);
  out.set(bytes.subarray(voxelOffset, voxelOffset + length), start.length);
  return out;
}
