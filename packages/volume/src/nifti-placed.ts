import { toQuaternion } from './affine.ts';
import { parseNiftiHeader } from './nifti-header.ts';
import { HeaderView, layouts } from './nifti-layout.ts';
import type { Affine } from './volume.ts';

/**
 * The same image at another place: sform and, where it has no shear, qform say `affine`; voxels stay byte for byte.
 * @param bytes an unpacked NIfTI file; not changed.
 * @throws AtollError as `parseNiftiHeader`.
 */
export function placedNifti(bytes: Uint8Array, affine: Affine): Uint8Array {
  const { version, littleEndian } = parseNiftiHeader(bytes);
  const at = layouts[version];
  const out = bytes.slice();
  const header = new HeaderView(new DataView(out.buffer), version, littleEndian);
  const q = toQuaternion(affine);
  const spacing = [0, 1, 2].map((axis) => Math.hypot(affine[0][axis], affine[1][axis], affine[2][axis]));
  [q?.qfac ?? 1, ...spacing].forEach((value, i) => {
    header.setReal(at.pixdim, i, value);
  });
  header.setCode(at.qformCode, q === null ? 0 : 1);
  [...(q?.quaternion ?? [0, 0, 0]), ...(q?.offset ?? [0, 0, 0])].forEach((value, i) => {
    header.setReal(at.quaternion, i, value);
  });
  header.setCode(at.sformCode, 1);
  affine.flat().forEach((value, i) => {
    header.setReal(at.srow, i, value);
  });
  // Lengths are millimetres now, whatever unit the file used.
  header.setUnits(at.units, (header.units(at.units) & ~7) | 2);
  return out;
}
