import { AtollError } from '@atoll/errors/error';

/** How one voxel is stored, by NIfTI's datatype code. */
export type VoxelType = {
  readonly bytes: 1 | 2 | 4 | 8;
  readonly kind: 'unsigned' | 'signed' | 'float';
};

const types = new Map<number, VoxelType>([
  [2, { bytes: 1, kind: 'unsigned' }],
  [4, { bytes: 2, kind: 'signed' }],
  [8, { bytes: 4, kind: 'signed' }],
  [16, { bytes: 4, kind: 'float' }],
  [64, { bytes: 8, kind: 'float' }],
  [256, { bytes: 1, kind: 'signed' }],
  [512, { bytes: 2, kind: 'unsigned' }],
  [768, { bytes: 4, kind: 'unsigned' }],
  [1024, { bytes: 8, kind: 'signed' }],
  [1280, { bytes: 8, kind: 'unsigned' }],
]);

const refused = new Map<number, string>([
  [1, 'one bit a voxel'],
  [32, 'complex numbers'],
  [128, 'colours (RGB)'],
  [1536, '128-bit floats'],
  [1792, 'complex numbers'],
  [2048, 'complex numbers'],
  [2304, 'colours (RGBA)'],
]);

/** @throws AtollError IMAGE_UNSUPPORTED_TYPE, naming what was found. */
export function voxelType(code: number): VoxelType {
  const type = types.get(code);
  if (type !== undefined) return type;
  const found = refused.get(code) ?? `the unknown voxel type ${code}`;
  throw new AtollError('IMAGE_UNSUPPORTED_TYPE', `The image holds ${found}, which Atoll does not read.`);
}

/** Reads `count` voxels from `offset` as 32-bit floats, scaled in double precision. */
export function readVoxels(
  bytes: Uint8Array,
  offset: number,
  count: number,
  type: VoxelType,
  littleEndian: boolean,
  scale: { readonly slope: number; readonly intercept: number },
): Float32Array {
  const { slope, intercept } = scale;
  const out = new Float32Array(count);
  const stored = typedView(bytes, offset, count, type, littleEndian);
  if (stored !== null) {
    if (slope === 1 && intercept === 0) out.set(stored);
    else for (let at = 0; at < count; at++) out[at] = stored[at] * slope + intercept;
    return out;
  }
  const read = reader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), type, littleEndian);
  for (let at = 0; at < count; at++) out[at] = read(offset + at * type.bytes) * slope + intercept;
  return out;
}

/** A typed array over the stored bytes (copied if unaligned); null where the order or type needs reading one by one. */
function typedView(bytes: Uint8Array, offset: number, count: number, type: VoxelType, littleEndian: boolean) {
  if (!littleEndian && type.bytes > 1) return null;
  const length = count * type.bytes;
  const aligned = (bytes.byteOffset + offset) % type.bytes === 0;
  const source = aligned ? bytes.subarray(offset, offset + length) : bytes.slice(offset, offset + length);
  const { buffer, byteOffset } = source;
  switch (`${type.kind}${type.bytes}`) {
    case 'unsigned1':
      return new Uint8Array(buffer, byteOffset, count);
    case 'signed1':
      return new Int8Array(buffer, byteOffset, count);
    case 'unsigned2':
      return new Uint16Array(buffer, byteOffset, count);
    case 'signed2':
      return new Int16Array(buffer, byteOffset, count);
    case 'unsigned4':
      return new Uint32Array(buffer, byteOffset, count);
    case 'signed4':
      return new Int32Array(buffer, byteOffset, count);
    case 'float4':
      return new Float32Array(buffer, byteOffset, count);
    case 'float8':
      return new Float64Array(buffer, byteOffset, count);
    default:
      return null;
  }
}

function reader(view: DataView, { bytes, kind }: VoxelType, littleEndian: boolean): (at: number) => number {
  if (kind === 'float') {
    return bytes === 4
      ? (at) => view.getFloat32(at, littleEndian)
      : (at) => view.getFloat64(at, littleEndian);
  }
  const signed = kind === 'signed';
  switch (bytes) {
    case 1:
      return signed ? (at) => view.getInt8(at) : (at) => view.getUint8(at);
    case 2:
      return signed ? (at) => view.getInt16(at, littleEndian) : (at) => view.getUint16(at, littleEndian);
    case 4:
      return signed ? (at) => view.getInt32(at, littleEndian) : (at) => view.getUint32(at, littleEndian);
    case 8:
      return signed
        ? (at) => Number(view.getBigInt64(at, littleEndian))
        : (at) => Number(view.getBigUint64(at, littleEndian));
  }
}
