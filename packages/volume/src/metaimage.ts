import { AtollError } from '@atoll/errors/error';
import { isUsable } from './affine.ts';
import { checkGeometry } from './geometry.ts';
import { parseNiftiHeader } from './nifti-header.ts';
import { HeaderView, layouts } from './nifti-layout.ts';
import { defaultMaxBytes } from './nifti-read.ts';
import { readVoxels, type VoxelType } from './nifti-type.ts';
import { type WrittenType, writeNifti } from './nifti-write.ts';
import type { Affine, Grid } from './volume.ts';
import { inflateZlib } from './zlib.ts';

/** What the text at the start of a MetaImage (.mha, or .mhd beside its voxels) says. */
export type MetaImageHeader = Grid & {
  /** 3D volumes: the length of the fourth axis. */
  readonly volumes: number;
  readonly voxelType: VoxelType;
  readonly littleEndian: boolean;
  readonly compressed: boolean;
  /** Name of the file beside it that holds the voxels; null where they follow the header in the same file. */
  readonly dataFile: string | null;
  /** Bytes before the voxels in their file; -1: as many as there are before the last ones. */
  readonly skipBytes: number;
  /** Whether the header says how the axes run; if not, left and right are taken on trust. */
  readonly directionKnown: boolean;
};

/** The longest header that is read; those of ITK take some 500 bytes. */
const maxHeaderBytes = 1 << 16;

const elementTypes: Readonly<Record<string, VoxelType>> = {
  MET_UCHAR: { bytes: 1, kind: 'unsigned' },
  MET_CHAR: { bytes: 1, kind: 'signed' },
  MET_USHORT: { bytes: 2, kind: 'unsigned' },
  MET_SHORT: { bytes: 2, kind: 'signed' },
  MET_UINT: { bytes: 4, kind: 'unsigned' },
  MET_INT: { bytes: 4, kind: 'signed' },
  MET_ULONG: { bytes: 4, kind: 'unsigned' },
  MET_LONG: { bytes: 4, kind: 'signed' },
  MET_ULONG_LONG: { bytes: 8, kind: 'unsigned' },
  MET_LONG_LONG: { bytes: 8, kind: 'signed' },
  MET_FLOAT: { bytes: 4, kind: 'float' },
  MET_DOUBLE: { bytes: 8, kind: 'float' },
};

/**
 * Reads a header from the first bytes of a file, and where the voxels begin behind it.
 * Source: https://itk.org/Wiki/ITK/MetaIO/Documentation; TransformMatrix holds one axis after the other.
 * @throws AtollError IMAGE_NOT_METAIMAGE, IMAGE_BAD_DIMENSIONS, IMAGE_BAD_AFFINE, IMAGE_UNSUPPORTED_TYPE,
 *   and as `checkGeometry`.
 */
export function parseMetaImageHeader(bytes: Uint8Array): { header: MetaImageHeader; end: number } {
  const { fields, end } = readFields(bytes);
  const field = (...names: string[]) => names.map((name) => fields.get(name)).find((v) => v !== undefined);
  const numbers = (...names: string[]) =>
    field(...names)
      ?.split(/\s+/)
      .map(Number) ?? null;
  const yes = (...names: string[]) => /^(true|1|t|yes)$/i.test(field(...names) ?? '');

  const rank = Number(field('NDims'));
  const dim = numbers('DimSize') ?? [];
  const lengths = [dim[0], dim[1] ?? 1, dim[2] ?? 1, dim[3] ?? 1];
  const sound = lengths.every((n) => Number.isInteger(n) && n >= 1);
  if (!(rank >= 2 && rank <= 4) || dim.length !== rank || !sound) {
    throw new AtollError('IMAGE_BAD_DIMENSIONS');
  }
  if (!Number.isSafeInteger(lengths.reduce((product, n) => product * n, 8))) {
    throw new AtollError('IMAGE_BAD_DIMENSIONS');
  }
  const type = field('ElementType') ?? '';
  const voxelType = Object.hasOwn(elementTypes, type) ? elementTypes[type] : undefined;
  if (voxelType === undefined || Number(field('ElementNumberOfChannels') ?? 1) !== 1) {
    throw new AtollError(
      'IMAGE_UNSUPPORTED_TYPE',
      'The MetaImage has several channels or a data type that Atoll cannot read.',
    );
  }
  const direction = numbers('TransformMatrix', 'Rotation', 'Orientation');
  const affine = affineOf(
    rank,
    direction,
    numbers('Offset', 'Origin', 'Position'),
    numbers('ElementSpacing', 'ElementSize'),
  );
  const shape = [lengths[0], lengths[1], lengths[2]] as const;
  checkGeometry({ shape, affine });
  const file = field('ElementDataFile');
  if (file === undefined) throw new AtollError('IMAGE_NOT_METAIMAGE');
  return {
    end,
    header: {
      shape,
      affine,
      volumes: lengths[3],
      voxelType,
      littleEndian: !yes('BinaryDataByteOrderMSB', 'ElementByteOrderMSB'),
      compressed: yes('CompressedData'),
      dataFile: /^local$/i.test(file) ? null : dataFileOf(file),
      skipBytes: Number(field('HeaderSize') ?? 0),
      directionKnown: direction !== null,
    },
  };
}

/**
 * The image as an unpacked NIfTI file, all volumes, at the same place in the world: the one form that the rest of
 * Atoll reads. 8-bit unsigned and 16-bit signed voxels stay as they are, others become 32-bit floats.
 * @param stored the bytes of the voxels' file from where they begin, packed if the header says so.
 * @throws AtollError IMAGE_TOO_LARGE, IMAGE_TRUNCATED, IMAGE_CORRUPT
 */
export async function metaImageAsNifti(header: MetaImageHeader, stored: Uint8Array): Promise<Uint8Array> {
  const { shape, affine, voxelType, littleEndian, volumes } = header;
  const voxels = shape[0] * shape[1] * shape[2];
  if (voxels * volumes * Math.max(4, voxelType.bytes) > defaultMaxBytes) {
    throw new AtollError(
      'IMAGE_TOO_LARGE',
      `The image has ${[...shape, volumes].join(' × ')} voxels, which is more than Atoll accepts.`,
    );
  }
  const bytes = await unpack(header, stored);
  const unscaled = { slope: 1, intercept: 0 };
  const files = Array.from({ length: volumes }, (_, index) => {
    const start = index * voxels * voxelType.bytes;
    const data = readVoxels(bytes, start, voxels, voxelType, littleEndian, unscaled);
    return writeNifti({ shape, affine, data }, writtenType(voxelType));
  });
  return joinVolumes(files);
}

function writtenType({ bytes, kind }: VoxelType): WrittenType {
  if (bytes === 1 && kind === 'unsigned') return 'uint8';
  return bytes === 2 && kind === 'signed' ? 'int16' : 'float32';
}

/** Volumes that were written alike as one file of four dimensions. */
function joinVolumes(files: readonly Uint8Array[]): Uint8Array {
  if (files.length === 1) return files[0];
  const { version, littleEndian } = parseNiftiHeader(files[0]);
  const at = layouts[version];
  const length = files[0].length - at.firstVoxel;
  const joined = new Uint8Array(at.firstVoxel + length * files.length);
  joined.set(files[0].subarray(0, at.firstVoxel));
  for (const [i, file] of files.entries()) {
    joined.set(file.subarray(at.firstVoxel), at.firstVoxel + i * length);
  }
  const view = new HeaderView(new DataView(joined.buffer), version, littleEndian);
  view.setDimension(at.dim, 0, 4);
  view.setDimension(at.dim, 4, files.length);
  return joined;
}

/** The voxels of all volumes as they are stored, unpacked. */
async function unpack(header: MetaImageHeader, stored: Uint8Array): Promise<Uint8Array> {
  const { shape, volumes, voxelType, compressed, skipBytes } = header;
  const length = shape[0] * shape[1] * shape[2] * volumes * voxelType.bytes;
  if (compressed) return inflateZlib(stored, length);
  const start = skipBytes === -1 ? stored.length - length : skipBytes;
  if (!Number.isInteger(start) || start < 0 || stored.length < start + length) {
    throw new AtollError(
      'IMAGE_TRUNCATED',
      `The image should contain ${length} bytes of voxel data and contains ${stored.length}.`,
    );
  }
  return stored.subarray(start, start + length);
}

/** `Name = value` lines up to ElementDataFile, which is the last one by definition. */
function readFields(bytes: Uint8Array): { fields: ReadonlyMap<string, string>; end: number } {
  const fields = new Map<string, string>();
  const limit = Math.min(bytes.length, maxHeaderBytes);
  for (let start = 0; start < limit; ) {
    let end = start;
    while (end < limit && bytes[end] !== 10) end++;
    const line = new TextDecoder('latin1').decode(bytes.subarray(start, end)).trim();
    start = end + 1;
    if (line === '') continue;
    const [name, value] = splitField(line);
    if (!/^[A-Za-z]\w*$/.test(name)) break;
    fields.set(name, value);
    if (name === 'ElementDataFile') return { fields, end: start };
  }
  throw new AtollError('IMAGE_NOT_METAIMAGE');
}

/** Name and value around the first `=`; an empty name where there is none. */
function splitField(line: string): readonly [name: string, value: string] {
  const at = line.indexOf('=');
  return at < 0 ? ['', ''] : [line.slice(0, at).trimEnd(), line.slice(at + 1).trimStart()];
}

/** Lists of names and patterns of slices are not read. */
function dataFileOf(file: string): string {
  if (!/^list\b/i.test(file) && !/%\d*d/.test(file)) return file;
  throw new AtollError(
    'IMAGE_UNSUPPORTED_TYPE',
    'The MetaImage stores its voxels in one file per slice, which Atoll cannot read.',
  );
}

/** MetaImage's world is DICOM's (LPS); ours is RAS: x and y change sign. */
function affineOf(
  rank: number,
  direction: readonly number[] | null,
  offset: readonly number[] | null,
  spacing: readonly number[] | null,
): Affine {
  const step = (axis: number) => Math.abs(spacing?.[axis] ?? 1);
  const cosine = (world: number, axis: number): number => {
    if (axis >= rank || world >= rank) return world === axis ? 1 : 0;
    return direction === null ? Number(world === axis) : (direction[axis * rank + world] ?? Number.NaN);
  };
  const row = (world: number, sign: 1 | -1): [number, number, number, number] => [
    sign * cosine(world, 0) * step(0),
    sign * cosine(world, 1) * step(1),
    sign * cosine(world, 2) * step(2),
    sign * (offset?.[world] ?? 0),
  ];
  const affine: Affine = [row(0, -1), row(1, -1), row(2, 1)];
  if (!isUsable(affine)) throw new AtollError('IMAGE_BAD_AFFINE');
  return affine;
}
