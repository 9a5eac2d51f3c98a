import { HeaderView, layouts, type NiftiVersion } from '@atoll/volume/nifti-layout';
import type { Affine } from '@atoll/volume/volume';

/** Voxel types of NIfTI by name, with their codes and the widest range of whole numbers that they hold. */
export const storedTypes = {
  uint8: { code: 2, bytes: 1, low: 0, high: 255 },
  int16: { code: 4, bytes: 2, low: -32768, high: 32767 },
  int32: { code: 8, bytes: 4, low: -2147483648, high: 2147483647 },
  float32: { code: 16, bytes: 4, low: -16777216, high: 16777216 },
  float64: { code: 64, bytes: 8, low: Number.MIN_SAFE_INTEGER, high: Number.MAX_SAFE_INTEGER },
  int8: { code: 256, bytes: 1, low: -128, high: 127 },
  uint16: { code: 512, bytes: 2, low: 0, high: 65535 },
  uint32: { code: 768, bytes: 4, low: 0, high: 4294967295 },
  int64: { code: 1024, bytes: 8, low: Number.MIN_SAFE_INTEGER, high: Number.MAX_SAFE_INTEGER },
  uint64: { code: 1280, bytes: 8, low: 0, high: Number.MAX_SAFE_INTEGER },
} as const;

export type StoredType = keyof typeof storedTypes;

export type StoredImage = {
  readonly version: NiftiVersion;
  readonly littleEndian: boolean;
  /** dim[1…rank]. */
  readonly dim: readonly number[];
  /** dim[0] where it shall not be the length of `dim`. */
  readonly rank: number;
  readonly type: StoredType;
  /** Another datatype code than that of `type`. */
  readonly code: number;
  readonly values: readonly number[];
  readonly slope: number;
  readonly intercept: number;
  readonly sform: { readonly code: number; readonly affine: Affine };
  readonly qform: { readonly code: number; readonly numbers: readonly number[] };
  readonly pixdim: readonly number[];
  readonly units: number;
  /** Bytes of extensions between header and voxels. */
  readonly extension: number;
};

export const identity: Affine = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
];

/** A NIfTI file as another program may write it: a small sound one, but for what is said otherwise. */
export function storedNifti(parts: Partial<StoredImage> = {}): Uint8Array {
  const { dim = [2, 3, 4], type = 'int16' } = parts;
  const { version = 1, littleEndian = true, extension = 0, sform = { code: 1, affine: identity } } = parts;
  const { qform = { code: 0, numbers: [] }, pixdim = [1, 1, 1, 1], values = [] } = parts;
  const at = layouts[version];
  const start = at.firstVoxel + extension;
  const file = new Uint8Array(start + values.length * storedTypes[type].bytes);
  const view = new DataView(file.buffer);
  const header = new HeaderView(view, version, littleEndian);
  view.setInt32(0, at.size, littleEndian);
  file.set(new TextEncoder().encode(`n+${version}`), at.magic);
  [parts.rank ?? dim.length, ...dim].forEach((n, i) => {
    header.setDimension(at.dim, i, n);
  });
  header.setShort(at.datatype, parts.code ?? storedTypes[type].code);
  header.setShort(at.bitpix, 8 * storedTypes[type].bytes);
  header.setVoxelOffset(at.voxelOffset, start);
  header.setReal(at.slope, 0, parts.slope ?? 0);
  header.setReal(at.intercept, 0, parts.intercept ?? 0);
  header.setUnits(at.units, parts.units ?? 2);
  header.setCode(at.sformCode, sform.code);
  header.setCode(at.qformCode, qform.code);
  for (const [field, numbers] of [
    [at.pixdim, pixdim],
    [at.quaternion, qform.numbers],
    [at.srow, sform.affine.flat()],
  ] as const) {
    numbers.forEach((n, i) => {
      header.setReal(field, i, n);
    });
  }
  file.fill(7, at.firstVoxel, start);
  values.forEach((value, i) => {
    setVoxel[type](view, start + i * storedTypes[type].bytes, value, littleEndian);
  });
  return file;
}

type SetVoxel = (view: DataView, at: number, value: number, littleEndian: boolean) => void;

const setVoxel: Readonly<Record<StoredType, SetVoxel>> = {
  uint8: (view, at, value) => view.setUint8(at, value),
  int8: (view, at, value) => view.setInt8(at, value),
  int16: (view, at, value, littleEndian) => view.setInt16(at, value, littleEndian),
  uint16: (view, at, value, littleEndian) => view.setUint16(at, value, littleEndian),
  int32: (view, at, value, littleEndian) => view.setInt32(at, value, littleEndian),
  uint32: (view, at, value, littleEndian) => view.setUint32(at, value, littleEndian),
  float32: (view, at, value, littleEndian) => view.setFloat32(at, value, littleEndian),
  float64: (view, at, value, littleEndian) => view.setFloat64(at, value, littleEndian),
  int64: (view, at, value, littleEndian) => view.setBigInt64(at, BigInt(value), littleEndian),
  uint64: (view, at, value, littleEndian) => view.setBigUint64(at, BigInt(value), littleEndian),
};
