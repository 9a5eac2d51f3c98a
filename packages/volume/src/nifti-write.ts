import { toQuaternion } from './affine.ts';
import type { NiftiHeader } from './nifti-header.ts';
import type { Affine, Mask, Vec3, Volume, VoxelArray } from './volume.ts';

/** Voxel types that Atoll writes. */
export type WrittenType = 'uint8' | 'int16' | 'float32';

const codes = {
  uint8: { code: 2, bytes: 1 },
  int16: { code: 4, bytes: 2 },
  float32: { code: 16, bytes: 4 },
} as const;

/** How the affine is written into sform and qform. */
type Space = Pick<NiftiHeader, 'sform' | 'qform' | 'pixdimMm'>;

/**
 * A mask as an uncompressed NIfTI-1 file of unsigned bytes. With the header of the image that it was made
 * from, sform, qform and their codes are kept as they are, so that every viewer lays it over that image.
 * Nothing else is copied: the text fields of a header may name a patient.
 */
export function writeNiftiMask(mask: Mask, source?: NiftiHeader): Uint8Array {
  return write(mask, 'uint8', source ?? spaceOf(mask.affine));
}

/** A volume as an uncompressed NIfTI-1 file; its affine as sform (scanner) and, where it has no shear, qform. */
export function writeNifti(volume: Volume<VoxelArray>, type: WrittenType): Uint8Array {
  return write(volume, type, spaceOf(volume.affine));
}

function spaceOf(affine: Affine): Space {
  const q = toQuaternion(affine);
  const norm = (k: 0 | 1 | 2) => Math.hypot(affine[0][k], affine[1][k], affine[2][k]);
  return {
    sform: { code: 1, affine },
    qform: {
      code: q === null ? 0 : 1,
      quaternion: q?.quaternion ?? [0, 0, 0],
      offset: q?.offset ?? [0, 0, 0],
      qfac: q?.qfac ?? 1,
    },
    pixdimMm: [norm(0), norm(1), norm(2)],
  };
}

function write(volume: Volume<VoxelArray>, type: WrittenType, space: Space): Uint8Array {
  const { code, bytes } = codes[type];
  const start = 352; // header of 348 bytes, and four that say: no extensions
  const file = new Uint8Array(start + volume.data.length * bytes);
  const view = new DataView(file.buffer);
  view.setInt32(0, 348, true);
  [3, ...volume.shape, 1, 1, 1, 1].forEach((n, i) => {
    view.setInt16(40 + 2 * i, n, true);
  });
  view.setInt16(70, code, true);
  view.setInt16(72, 8 * bytes, true);
  [space.qform.qfac, ...space.pixdimMm, 1, 1, 1, 1].forEach((n, i) => {
    view.setFloat32(76 + 4 * i, n, true);
  });
  view.setFloat32(108, start, true);
  view.setFloat32(112, 1, true);
  view.setUint8(123, 2); // millimetres
  file.set(new TextEncoder().encode('Atoll'), 148);
  writeSpace(view, space);
  file.set([0x6e, 0x2b, 0x31], 344); // "n+1"
  encode(volume.data, type, view, start);
  return file;
}

function writeSpace(view: DataView, { sform, qform }: Space): void {
  view.setInt16(252, qform.code, true);
  view.setInt16(254, sform.code, true);
  const quaternionAndOffset: readonly [...Vec3, ...Vec3] = [...qform.quaternion, ...qform.offset];
  quaternionAndOffset.forEach((n, i) => {
    view.setFloat32(256 + 4 * i, n, true);
  });
  sform.affine.flat().forEach((n, i) => {
    view.setFloat32(280 + 4 * i, n, true);
  });
}

function encode(data: VoxelArray, type: WrittenType, view: DataView, start: number): void {
  if (type === 'uint8') new Uint8Array(view.buffer, start).set(data);
  else if (type === 'float32') new Float32Array(view.buffer, start).set(data);
  else {
    for (let at = 0; at < data.length; at++) {
      const value = Math.max(-32768, Math.min(32767, Math.round(data[at])));
      view.setInt16(start + 2 * at, value, true);
    }
  }
}
