/**
 * Where the fields of a NIfTI header stand, in bytes from its start; the widths of some differ too, see
 * {@link HeaderView}. Source: nifti1.h and nifti2.h of the NIfTI Data Format Working Group.
 */
export type Layout = {
  /** sizeof_hdr, by which version and byte order are recognised. */
  readonly size: 348 | 540;
  /** Where voxels begin in a file without extensions. */
  readonly firstVoxel: 352 | 544;
  readonly magic: number;
  readonly dim: number;
  readonly datatype: number;
  readonly bitpix: number;
  readonly pixdim: number;
  readonly voxelOffset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly units: number;
  readonly description: number;
  readonly qformCode: number;
  readonly sformCode: number;
  /** quatern_b, c, d and qoffset_x, y, z, one after the other. */
  readonly quaternion: number;
  /** srow_x, y, z, one after the other. */
  readonly srow: number;
};

export type NiftiVersion = 1 | 2;

export const layouts: Readonly<Record<NiftiVersion, Layout>> = {
  1: {
    size: 348,
    firstVoxel: 352,
    magic: 344,
    dim: 40,
    datatype: 70,
    bitpix: 72,
    pixdim: 76,
    voxelOffset: 108,
    slope: 112,
    intercept: 116,
    units: 123,
    description: 148,
    qformCode: 252,
    sformCode: 254,
    quaternion: 256,
    srow: 280,
  },
  2: {
    size: 540,
    firstVoxel: 544,
    magic: 4,
    dim: 16,
    datatype: 12,
    bitpix: 14,
    pixdim: 104,
    voxelOffset: 168,
    slope: 176,
    intercept: 184,
    units: 500,
    description: 240,
    qformCode: 344,
    sformCode: 348,
    quaternion: 352,
    srow: 400,
  },
};

/** The numbers of a header in its own widths and byte order; `at` is a field, `i` the place in its array. */
export class HeaderView {
  readonly #view: DataView;
  readonly #wide: boolean;
  readonly #littleEndian: boolean;

  constructor(view: DataView, version: NiftiVersion, littleEndian: boolean) {
    this.#view = view;
    this.#wide = version === 2;
    this.#littleEndian = littleEndian;
  }

  short(at: number): number {
    return this.#view.getInt16(at, this.#littleEndian);
  }

  setShort(at: number, value: number): void {
    this.#view.setInt16(at, value, this.#littleEndian);
  }

  /** float, or double in NIfTI-2. */
  real(at: number, i = 0): number {
    return this.#wide
      ? this.#view.getFloat64(at + 8 * i, this.#littleEndian)
      : this.#view.getFloat32(at + 4 * i, this.#littleEndian);
  }

  setReal(at: number, i: number, value: number): void {
    if (this.#wide) this.#view.setFloat64(at + 8 * i, value, this.#littleEndian);
    else this.#view.setFloat32(at + 4 * i, value, this.#littleEndian);
  }

  /** short, or int64 in NIfTI-2. */
  dimension(at: number, i: number): number {
    return this.#wide ? this.#long(at + 8 * i) : this.short(at + 2 * i);
  }

  setDimension(at: number, i: number, value: number): void {
    if (this.#wide) this.#view.setBigInt64(at + 8 * i, BigInt(value), this.#littleEndian);
    else this.setShort(at + 2 * i, value);
  }

  /** float (as NIfTI-1 has it), or int64 in NIfTI-2. */
  voxelOffset(at: number): number {
    return this.#wide ? this.#long(at) : this.real(at);
  }

  setVoxelOffset(at: number, value: number): void {
    if (this.#wide) this.#view.setBigInt64(at, BigInt(value), this.#littleEndian);
    else this.setReal(at, 0, value);
  }

  /** short, or int32 in NIfTI-2. */
  code(at: number): number {
    return this.#wide ? this.#view.getInt32(at, this.#littleEndian) : this.short(at);
  }

  setCode(at: number, value: number): void {
    if (this.#wide) this.#view.setInt32(at, value, this.#littleEndian);
    else this.setShort(at, value);
  }

  /** One byte, or int32 in NIfTI-2. */
  units(at: number): number {
    return this.#wide ? this.#view.getInt32(at, this.#littleEndian) : this.#view.getUint8(at);
  }

  setUnits(at: number, value: number): void {
    if (this.#wide) this.#view.setInt32(at, value, this.#littleEndian);
    else this.#view.setUint8(at, value);
  }

  #long(at: number): number {
    return Number(this.#view.getBigInt64(at, this.#littleEndian));
  }
}
