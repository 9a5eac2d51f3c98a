import { AtollError } from '@atoll/errors/error';
import { fromQuaternion, isUsable, scaling } from './affine.ts';
import { type VoxelType, voxelType } from './nifti-type.ts';
import type { Affine, AffineRow, Vec3 } from './volume.ts';

/** Bytes that always hold a whole header, NIfTI-1 (348) or NIfTI-2 (540), with the extension flag. */
export const headerBytes = 544;

/** What a NIfTI header says. Source: nifti1.h and nifti2.h of the NIfTI Data Format Working Group. */
export type NiftiHeader = {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  /** Voxels along each index axis. */
  readonly shape: Vec3;
  /** Number of 3D volumes: the product of the fourth and higher dimensions. */
  readonly volumes: number;
  readonly datatype: number;
  readonly voxelType: VoxelType;
  /** Where the voxels begin. */
  readonly voxelOffset: number;
  /** Stored value · slope + intercept; 1 and 0 when the header gives none. */
  readonly scale: { readonly slope: number; readonly intercept: number };
  /** Voxel index to world mm, from sform, else qform, else pixdim. */
  readonly affine: Affine;
  readonly affineFrom: 'sform' | 'qform' | 'pixdim';
  readonly sform: { readonly code: number; readonly affine: Affine };
  readonly qform: {
    readonly code: number;
    readonly quaternion: Vec3;
    readonly offset: Vec3;
    readonly qfac: 1 | -1;
  };
  /** pixdim 1–3 in mm. */
  readonly pixdimMm: Vec3;
};

/** Where the fields of one version stand, and how wide they are. */
type Layout = {
  readonly size: 348 | 540;
  readonly dim: number;
  readonly datatype: number;
  readonly pixdim: number;
  readonly voxOffset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly xyztUnits: number;
  readonly qformCode: number;
  readonly sformCode: number;
  readonly quaternion: number;
  readonly srow: number;
};

const layouts: Record<1 | 2, Layout> = {
  1: {
    size: 348,
    dim: 40,
    datatype: 70,
    pixdim: 76,
    voxOffset: 108,
    slope: 112,
    intercept: 116,
    xyztUnits: 123,
    qformCode: 252,
    sformCode: 254,
    quaternion: 256,
    srow: 280,
  },
  2: {
    size: 540,
    dim: 16,
    datatype: 12,
    pixdim: 104,
    voxOffset: 168,
    slope: 176,
    intercept: 184,
    xyztUnits: 500,
    qformCode: 344,
    sformCode: 348,
    quaternion: 352,
    srow: 400,
  },
};

/** NIfTI-1 counts in 16 bits, and no scanner makes more: beyond it the header is damaged. */
const longestAxis = 32_767;

/**
 * Reads a header from the first bytes (unpacked) of a file; nothing beyond {@link headerBytes} is touched.
 * @throws AtollError IMAGE_NOT_NIFTI, IMAGE_TRUNCATED, IMAGE_BAD_DIMENSIONS, IMAGE_UNSUPPORTED_TYPE or
 *   IMAGE_BAD_AFFINE.
 */
export function parseNiftiHeader(bytes: Uint8Array): NiftiHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { version, littleEndian } = recognise(view);
  const at = layouts[version];
  if (view.byteLength < at.size) throw new AtollError('IMAGE_TRUNCATED');
  const field = fields(view, version, littleEndian);

  const dim = Array.from({ length: 8 }, (_, i) => field.dimension(at.dim, i));
  const { shape, volumes } = checkDimensions(dim);
  const voxelOffset = field.voxelOffset(at.voxOffset);
  if (!Number.isSafeInteger(voxelOffset) || voxelOffset < at.size) {
    throw new AtollError('IMAGE_CORRUPT', 'The header says that the voxels begin inside the header.');
  }
  const datatype = view.getInt16(at.datatype, littleEndian);
  const mmPerUnit = millimetres(view.getUint8(at.xyztUnits) & 7);
  const pixdim = Array.from({ length: 4 }, (_, i) => field.real(at.pixdim, i));
  const pixdimMm: Vec3 = [
    Math.abs(pixdim[1]) * mmPerUnit,
    Math.abs(pixdim[2]) * mmPerUnit,
    Math.abs(pixdim[3]) * mmPerUnit,
  ];
  const srow = (r: number): AffineRow => [
    field.real(at.srow, 4 * r) * mmPerUnit,
    field.real(at.srow, 4 * r + 1) * mmPerUnit,
    field.real(at.srow, 4 * r + 2) * mmPerUnit,
    field.real(at.srow, 4 * r + 3) * mmPerUnit,
  ];
  const sform = { code: field.code(at.sformCode), affine: [srow(0), srow(1), srow(2)] as const };
  const q = Array.from({ length: 6 }, (_, i) => field.real(at.quaternion, i));
  const qform = {
    code: field.code(at.qformCode),
    quaternion: [q[0], q[1], q[2]] as const,
    offset: [q[3] * mmPerUnit, q[4] * mmPerUnit, q[5] * mmPerUnit] as const,
    qfac: pixdim[0] < 0 ? (-1 as const) : (1 as const),
  };
  return {
    version,
    littleEndian,
    shape,
    volumes,
    datatype,
    voxelType: voxelType(datatype),
    voxelOffset,
    scale: scaleOf(field.real(at.slope, 0), field.real(at.intercept, 0)),
    ...chooseAffine(sform, qform, pixdimMm),
    sform,
    qform,
    pixdimMm,
  };
}

function recognise(view: DataView): { version: 1 | 2; littleEndian: boolean } {
  if (view.byteLength < 4) throw new AtollError('IMAGE_NOT_NIFTI');
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian);
    if (size !== 348 && size !== 540) continue;
    const version = size === 348 ? 1 : 2;
    const magicAt = version === 1 ? 344 : 4;
    if (view.byteLength < magicAt + 4) throw new AtollError('IMAGE_TRUNCATED');
    const magic = String.fromCharCode(...[0, 1, 2].map((i) => view.getUint8(magicAt + i)));
    if (magic === (version === 1 ? 'n+1' : 'n+2')) return { version, littleEndian };
    if (magic === 'ni1' || magic === 'ni2') {
      throw new AtollError(
        'IMAGE_NOT_NIFTI',
        'This is the header of a NIfTI pair (.hdr and .img); Atoll reads single files (.nii or .nii.gz).',
      );
    }
    throw new AtollError(
      'IMAGE_NOT_NIFTI',
      'This looks like an Analyze 7.5 image, which does not say which side is left; Atoll reads NIfTI.',
    );
  }
  throw new AtollError('IMAGE_NOT_NIFTI');
}

/** Readers of the fields whose width differs between the versions. */
function fields(view: DataView, version: 1 | 2, littleEndian: boolean) {
  const wide = version === 2;
  const real = (at: number, i: number) =>
    wide ? view.getFloat64(at + 8 * i, littleEndian) : view.getFloat32(at + 4 * i, littleEndian);
  const long = (at: number) => Number(view.getBigInt64(at, littleEndian));
  return {
    real,
    dimension: (at: number, i: number) => (wide ? long(at + 8 * i) : view.getInt16(at + 2 * i, littleEndian)),
    voxelOffset: (at: number) => (wide ? long(at) : real(at, 0)),
    code: (at: number) => (wide ? view.getInt32(at, littleEndian) : view.getInt16(at, littleEndian)),
  };
}

function checkDimensions(dim: readonly number[]): { shape: Vec3; volumes: number } {
  const rank = dim[0];
  if (!(rank >= 1 && rank <= 7)) {
    throw new AtollError('IMAGE_BAD_DIMENSIONS', `The header names ${rank} dimensions; there are 1 to 7.`);
  }
  const length = (axis: number) => (axis <= rank ? dim[axis] : 1);
  const lengths = [1, 2, 3, 4, 5, 6, 7].map(length);
  if (lengths.some((n) => n < 1 || n > longestAxis)) {
    throw new AtollError(
      'IMAGE_BAD_DIMENSIONS',
      `The header names a size of ${lengths.slice(0, rank).join(' × ')} voxels, which cannot be.`,
    );
  }
  const volumes = lengths.slice(3).reduce((product, n) => product * n, 1);
  return { shape: [lengths[0], lengths[1], lengths[2]], volumes };
}

/** Units of length: 1 metre, 3 micrometre; millimetre (2) and unknown (0) are taken as mm, as is usual. */
function millimetres(unit: number): number {
  return unit === 1 ? 1000 : unit === 3 ? 0.001 : 1;
}

/** A slope of 0 or one that is not finite means that there is no scaling. */
function scaleOf(slope: number, intercept: number): { slope: number; intercept: number } {
  if (!Number.isFinite(slope) || slope === 0) return { slope: 1, intercept: 0 };
  return { slope, intercept: Number.isFinite(intercept) ? intercept : 0 };
}

function chooseAffine(
  sform: NiftiHeader['sform'],
  qform: NiftiHeader['qform'],
  pixdimMm: Vec3,
): Pick<NiftiHeader, 'affine' | 'affineFrom'> {
  if (sform.code > 0 && isUsable(sform.affine)) return { affine: sform.affine, affineFrom: 'sform' };
  if (qform.code > 0) {
    const affine = fromQuaternion(qform.quaternion, qform.offset, pixdimMm, qform.qfac);
    if (isUsable(affine)) return { affine, affineFrom: 'qform' };
  }
  // A header that means to say where the image lies, and fails, is not to be guessed at.
  if (sform.code <= 0 && qform.code <= 0) {
    const affine = scaling(pixdimMm);
    if (isUsable(affine)) return { affine, affineFrom: 'pixdim' };
  }
  throw new AtollError('IMAGE_BAD_AFFINE');
}
