import { AtollError } from '@atoll/errors/error';
import { fromQuaternion, isUsable, scaling } from './affine.ts';
import { checkGeometry } from './geometry.ts';
import { HeaderView, layouts, type NiftiVersion } from './nifti-layout.ts';
import { type VoxelType, voxelType } from './nifti-type.ts';
import { type UnitOfLength, unitOfLength } from './nifti-units.ts';
import type { Affine, AffineRow, Vec3 } from './volume.ts';

/** Bytes that always hold a whole header, NIfTI-1 (348) or NIfTI-2 (540). */
export const headerBytes = 544;

/** What a NIfTI header says. Lengths are in mm, whatever unit the file uses. */
export type NiftiHeader = {
  readonly version: NiftiVersion;
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
  /** What the file's own lengths are in. */
  readonly lengthUnit: UnitOfLength;
  /** Voxel index to world mm, from sform, else qform, else pixdim. */
  readonly affine: Affine;
  /** From pixdim alone a header does not say how the patient lies: left and right are then taken on trust. */
  readonly affineFrom: 'sform' | 'qform' | 'pixdim';
  readonly sform: { readonly code: number; readonly affine: Affine };
  readonly qform: {
    readonly code: number;
    readonly quaternion: Vec3;
    readonly offset: Vec3;
    readonly qfac: 1 | -1;
  };
  /** Magnitudes of pixdim 1–3. */
  readonly pixdimMm: Vec3;
};

/**
 * Reads a header from the first bytes (unpacked) of a file; nothing beyond {@link headerBytes} is touched.
 * @throws AtollError IMAGE_NOT_NIFTI, IMAGE_TRUNCATED, IMAGE_CORRUPT, IMAGE_BAD_DIMENSIONS,
 *   IMAGE_UNSUPPORTED_TYPE, IMAGE_BAD_AFFINE, or as `checkGeometry`.
 */
export function parseNiftiHeader(bytes: Uint8Array): NiftiHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { version, littleEndian } = recognise(view);
  const at = layouts[version];
  if (view.byteLength < at.size) throw new AtollError('IMAGE_TRUNCATED');
  const header = new HeaderView(view, version, littleEndian);

  const { shape, volumes } = checkDimensions(
    Array.from({ length: 8 }, (_, i) => header.dimension(at.dim, i)),
  );
  const voxelOffset = header.voxelOffset(at.voxelOffset);
  if (!Number.isSafeInteger(voxelOffset) || voxelOffset < at.size) {
    throw new AtollError('IMAGE_CORRUPT', 'The header gives no valid offset for the voxel data.');
  }
  const datatype = header.short(at.datatype);
  const lengthUnit = unitOfLength(header.units(at.units));
  const mm = lengthUnit.millimetres;
  const pixdim = (i: number) => Math.abs(header.real(at.pixdim, i)) * mm;
  const pixdimMm: Vec3 = [pixdim(1), pixdim(2), pixdim(3)];
  const srow = (row: number): AffineRow => {
    const entry = (k: number) => header.real(at.srow, 4 * row + k) * mm;
    return [entry(0), entry(1), entry(2), entry(3)];
  };
  const sform = { code: header.code(at.sformCode), affine: [srow(0), srow(1), srow(2)] as const };
  const q = (i: number) => header.real(at.quaternion, i);
  const qform = {
    code: header.code(at.qformCode),
    quaternion: [q(0), q(1), q(2)] as const,
    offset: [q(3) * mm, q(4) * mm, q(5) * mm] as const,
    qfac: header.real(at.pixdim, 0) < 0 ? (-1 as const) : (1 as const),
  };
  const place = chooseAffine(sform, qform, pixdimMm);
  checkGeometry({ shape, affine: place.affine }, mm === 1 ? undefined : lengthUnit.name);
  return {
    version,
    littleEndian,
    shape,
    volumes,
    datatype,
    voxelType: voxelType(datatype),
    voxelOffset,
    scale: scaleOf(header.real(at.slope), header.real(at.intercept)),
    lengthUnit,
    ...place,
    sform,
    qform,
    pixdimMm,
  };
}

function recognise(view: DataView): { version: NiftiVersion; littleEndian: boolean } {
  if (view.byteLength < 4) throw new AtollError('IMAGE_NOT_NIFTI');
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian);
    const version = size === 348 ? 1 : size === 540 ? 2 : null;
    if (version === null) continue;
    const { magic: at } = layouts[version];
    if (view.byteLength < at + 4) throw new AtollError('IMAGE_TRUNCATED');
    const magic = String.fromCharCode(...[0, 1, 2].map((i) => view.getUint8(at + i)));
    if (magic === `n+${version}`) return { version, littleEndian };
    if (magic === `ni${version}`) {
      throw new AtollError(
        'IMAGE_NOT_NIFTI',
        'This is the header of a NIfTI pair (.hdr and .img); Atoll reads single files (.nii or .nii.gz).',
      );
    }
    throw new AtollError(
      'IMAGE_NOT_NIFTI',
      'This looks like an Analyze 7.5 image, which does not record which side is left; Atoll reads NIfTI.',
    );
  }
  throw new AtollError('IMAGE_NOT_NIFTI');
}

function checkDimensions(dim: readonly number[]): { shape: Vec3; volumes: number } {
  const rank = dim[0];
  if (!(rank >= 1 && rank <= 7)) {
    throw new AtollError(
      'IMAGE_BAD_DIMENSIONS',
      `The header declares ${rank} dimensions; NIfTI allows 1 to 7.`,
    );
  }
  // Dimensions beyond the rank are not set by every writer; they count as one.
  const length = (axis: number) => (axis <= rank ? dim[axis] : 1);
  const shape: Vec3 = [length(1), length(2), length(3)];
  const lengths = [...shape, length(4), length(5), length(6), length(7)];
  const voxels = lengths.reduce((product, n) => product * n, 1);
  if (lengths.some((n) => n < 1) || !Number.isSafeInteger(voxels)) {
    throw new AtollError(
      'IMAGE_BAD_DIMENSIONS',
      `The header declares a size of ${lengths.slice(0, rank).join(' × ')} voxels, which is impossible.`,
    );
  }
  return { shape, volumes: length(4) * length(5) * length(6) * length(7) };
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
