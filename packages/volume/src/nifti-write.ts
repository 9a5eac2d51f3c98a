import { AtollError } from '@atoll/errors/error';
import { fromQuaternion, isUsable, sameGrid, spacingMm, toQuaternion } from './affine.ts';
import type { NiftiHeader } from './nifti-header.ts';
import { HeaderView, type Layout, layouts } from './nifti-layout.ts';
import { description } from './nifti-written.ts';
import type { Affine, Mask, Volume, VoxelArray } from './volume.ts';

/** Voxel types that Atoll writes. */
export type WrittenType = 'uint8' | 'int16' | 'float32';

const types = {
  uint8: { code: 2, bytes: 1, range: [0, 255] },
  int16: { code: 4, bytes: 2, range: [-32768, 32767] },
  float32: { code: 16, bytes: 4, range: null },
} as const;

/** How the affine is written into sform and qform. */
type Space = Pick<NiftiHeader, 'sform' | 'qform' | 'pixdimMm'>;

/**
 * A mask as an uncompressed NIfTI file of unsigned bytes. With the header of the image that it was made from,
 * sform, qform and their codes are kept as they are, so that every viewer lays it over that image. Nothing
 * else is copied: the text fields of a header may name a patient.
 * @throws AtollError IMAGE_GRIDS_DIFFER when the mask does not lie on the source's grid.
 */
export function writeNiftiMask(mask: Mask, source?: NiftiHeader): Uint8Array {
  if (source === undefined) return write(mask, 'uint8', spaceOf(mask.affine));
  if (!sameGrid(mask, source)) {
    throw new AtollError('IMAGE_GRIDS_DIFFER', 'The mask is not on the grid of its image.');
  }
  return write(mask, 'uint8', soundSpaceOf(source));
}

/**
 * A volume as an uncompressed NIfTI file; its affine as sform (scanner) and, where it has no shear, as qform.
 * Integers are rounded and kept within the type's range; NaN becomes 0 in them.
 * @param placed false where nothing says how the volume lies in the world: neither form is set then, and readers
 *   have the voxel sizes alone.
 */
export function writeNifti(volume: Volume<VoxelArray>, type: WrittenType, placed = true): Uint8Array {
  const { sform, qform, pixdimMm } = spaceOf(volume.affine);
  const code = (set: number) => (placed ? set : 0);
  return write(volume, type, {
    sform: { ...sform, code: code(sform.code) },
    qform: { ...qform, code: code(qform.code) },
    pixdimMm,
  });
}

function spaceOf(affine: Affine): Space {
  const q = toQuaternion(affine);
  return {
    sform: { code: 1, affine },
    qform: {
      code: q === null ? 0 : 1,
      quaternion: q?.quaternion ?? [0, 0, 0],
      offset: q?.offset ?? [0, 0, 0],
      qfac: q?.qfac ?? 1,
    },
    pixdimMm: spacingMm(affine),
  };
}

/** The source's own space, less what was passed over in it for being unusable: other readers may not do so. */
function soundSpaceOf({ sform, qform, pixdimMm, affine }: NiftiHeader): Space {
  const sound = spaceOf(affine);
  const quaternionAffine = fromQuaternion(qform.quaternion, qform.offset, pixdimMm, qform.qfac);
  return {
    sform: isUsable(sform.affine) ? sform : { code: 0, affine: sound.sform.affine },
    qform: isUsable(quaternionAffine) ? qform : { ...sound.qform, code: 0 },
    pixdimMm: pixdimMm.every((mm) => mm > 0 && Number.isFinite(mm)) ? pixdimMm : sound.pixdimMm,
  };
}

/** NIfTI-1, which every program reads. Its 16 bits are enough for the longest axis that `checkGeometry` lets in. */
function write(volume: Volume<VoxelArray>, type: WrittenType, space: Space): Uint8Array {
  const at = layouts[1];
  const { code, bytes } = types[type];
  const file = new Uint8Array(at.firstVoxel + volume.data.length * bytes);
  const view = new DataView(file.buffer);
  view.setInt32(0, at.size, true);
  file.set(new TextEncoder().encode('n+1\0'), at.magic);
  const header = new HeaderView(view, 1, true);
  [3, ...volume.shape, 1, 1, 1, 1].forEach((n, i) => {
    header.setDimension(at.dim, i, n);
  });
  header.setShort(at.datatype, code);
  header.setShort(at.bitpix, 8 * bytes);
  header.setVoxelOffset(at.voxelOffset, at.firstVoxel);
  header.setReal(at.slope, 0, 1);
  header.setUnits(at.units, 2); // millimetres
  file.set(new TextEncoder().encode(description), at.description);
  writeSpace(header, at, space);
  encode(volume.data, type, file.buffer, at.firstVoxel);
  return file;
}

function writeSpace(header: HeaderView, at: Layout, { sform, qform, pixdimMm }: Space): void {
  [qform.qfac, ...pixdimMm, 1, 1, 1, 1].forEach((n, i) => {
    header.setReal(at.pixdim, i, n);
  });
  header.setCode(at.qformCode, qform.code);
  header.setCode(at.sformCode, sform.code);
  [...qform.quaternion, ...qform.offset].forEach((n, i) => {
    header.setReal(at.quaternion, i, n);
  });
  sform.affine.flat().forEach((n, i) => {
    header.setReal(at.srow, i, n);
  });
}

function encode(data: VoxelArray, type: WrittenType, buffer: ArrayBuffer, start: number): void {
  const { range } = types[type];
  if (range === null) {
    new Float32Array(buffer, start).set(data);
    return;
  }
  const out = type === 'uint8' ? new Uint8Array(buffer, start) : new Int16Array(buffer, start);
  const [low, high] = range;
  for (let at = 0; at < data.length; at++) {
    out[at] = Math.max(low, Math.min(high, Math.round(data[at])));
  }
}
