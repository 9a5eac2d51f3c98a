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
  [1, 'one bit per voxel'],
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
  throw new AtollError('IMAGE_UNSUPPORTED_TYPE', `The image contains ${found}, which Atoll cannot read.`);
}

/**
 * Reads `count` voxels from `offset` as 32-bit floats; slope and intercept are applied in double precision.
 * The bytes must be there.
 */
export function readVoxels(
  bytes: Uint8Array,
  offset: number,
  count: number,
  type: VoxelType,
  littleEndian: boolean,
  { slope, intercept }: { readonly slope: number; readonly intercept: number },
): Float32Array {
  let stored = bytes.subarray(offset, offset + count * type.bytes);
  if (!littleEndian && type.bytes > 1) stored = swapped(stored, type.bytes);
  // A typed array must begin at a multiple of its width. (`slice` would not copy a Node Buffer.)
  else if (stored.byteOffset % type.bytes !== 0) stored = new Uint8Array(stored);
  const values = view(stored, count, type);
  const out = new Float32Array(count);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    for (let at = 0; at < count; at++) out[at] = Number(values[at]) * slope + intercept;
  } else if (slope === 1 && intercept === 0) out.set(values);
  else for (let at = 0; at < count; at++) out[at] = values[at] * slope + intercept;
  return out;
}

/** A copy with the bytes of each voxel in reverse. */
function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += width)
    for (let i = 0; i < width; i++) out[start + i] = bytes[start + width - 1 - i];
  return out;
}

/** Little-endian like every machine that runs JavaScript today. */
function view({ buffer, byteOffset }: Uint8Array, count: number, { kind, bytes }: VoxelType) {
  if (kind === 'float') {
    return bytes === 4
      ? new Float32Array(buffer, byteOffset, count)
      : new Float64Array(buffer, byteOffset, count);
  }
  const signed = kind === 'signed';
  switch (bytes) {
    case 1:
      return signed ? new Int8Array(buffer, byteOffset, count) : new Uint8Array(buffer, byteOffset, count);
    case 2:
      return signed ? new Int16Array(buffer, byteOffset, count) : new Uint16Array(buffer, byteOffset, count);
    case 4:
      return signed ? new Int32Array(buffer, byteOffset, count) : new Uint32Array(buffer, byteOffset, count);
    case 8:
      return signed
        ? new BigInt64Array(buffer, byteOffset, count)
        : new BigUint64Array(buffer, byteOffset, count);
  }
}
