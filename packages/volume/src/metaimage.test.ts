import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { errorCode } from '../test/error-code.ts';
import { itkFiles } from '../test/itk-files.ts';
import { metaImageAsNifti, parseMetaImageHeader } from './metaimage.ts';
import { readNifti } from './nifti-read.ts';

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const text = (lines: string) => new TextEncoder().encode(lines);

/** A header of a sound image of 2 × 2 × 2 bytes, with some lines changed (`null` leaves a line out). */
function header(changes: Record<string, string | null> = {}): Uint8Array {
  const fields: Record<string, string | null> = {
    ObjectType: 'Image',
    NDims: '3',
    DimSize: '2 2 2',
    ElementType: 'MET_UCHAR',
    ...changes,
    ElementDataFile: changes.ElementDataFile === undefined ? 'LOCAL' : changes.ElementDataFile,
  };
  const lines = Object.entries(fields).filter(([, value]) => value !== null);
  return text(lines.map(([name, value]) => `${name} = ${value}\n`).join(''));
}

async function read(head: Uint8Array, voxels: Uint8Array, volumeIndex = 0) {
  const { header: parsed } = parseMetaImageHeader(head);
  return readNifti(await metaImageAsNifti(parsed, voxels), { volumeIndex });
}

const eight = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);

describe('a MetaImage that ITK wrote', () => {
  it.each(itkFiles)('$title has its voxels where ITK has them', async ({ base64, beside, affine, first }) => {
    const file = bytesOf(base64);
    const { header: parsed, end } = parseMetaImageHeader(file);
    expect(parsed.dataFile).toBe(beside?.name ?? null);
    const voxels = beside === null ? file.subarray(end) : bytesOf(beside.base64);
    const image = await readNifti(await metaImageAsNifti(parsed, voxels));
    expect(image.shape).toEqual([2, 3, 4]);
    expect([...image.data.subarray(0, 3)]).toEqual([...first]);
    expect(image.data[23] - image.data[22]).toBeCloseTo(first[1] - first[0], 6);
    image.affine.flat().forEach((value, at) => void expect(value).toBeCloseTo(affine.flat()[at], 4));
  });
});

describe('a MetaImage', () => {
  it('may be big-endian, and of four dimensions', async () => {
    const head = header({
      NDims: '4',
      DimSize: '2 1 1 2',
      ElementType: 'MET_USHORT',
      BinaryDataByteOrderMSB: 'True',
      TransformMatrix: '1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1',
      ElementSpacing: '3 3 3 1',
      Offset: '5 6 7 0',
    });
    const image = await read(head, eight, 1);
    expect([...image.data]).toEqual([0x0506, 0x0708]);
    expect(image.affine.map((row) => row.map((n) => n + 0))).toEqual([
      [-3, 0, 0, -5],
      [0, -3, 0, -6],
      [0, 0, 3, 7],
    ]);
  });

  it('says whether its axes are known, and may keep its voxels behind a header of their own', async () => {
    expect(parseMetaImageHeader(header()).header.directionKnown).toBe(false);
    const skipped = await read(header({ HeaderSize: '-1' }), Uint8Array.from([9, 9, 9, ...eight]));
    expect([...skipped.data]).toEqual([...eight]);
  });

  it.each([
    ['no MetaImage', text('hello'), 'IMAGE_NOT_METAIMAGE'],
    ['of one endless line of blanks', text(`NDims = ${' '.repeat(60_000)}x`), 'IMAGE_NOT_METAIMAGE'],
    ['without an end', text('ObjectType = Image\nNDims = 3\n'), 'IMAGE_NOT_METAIMAGE'],
    ['of no dimensions', header({ NDims: '7' }), 'IMAGE_BAD_DIMENSIONS'],
    ['of a negative length', header({ DimSize: '2 -2 2' }), 'IMAGE_BAD_DIMENSIONS'],
    ['of lengths past counting', header({ DimSize: '9e9 9e9 9e9' }), 'IMAGE_BAD_DIMENSIONS'],
    ['of colours', header({ ElementNumberOfChannels: '3' }), 'IMAGE_UNSUPPORTED_TYPE'],
    ['of an unknown type', header({ ElementType: 'constructor' }), 'IMAGE_UNSUPPORTED_TYPE'],
    ['in a file a slice', header({ ElementDataFile: 'slice%03d.raw 1 9 1' }), 'IMAGE_UNSUPPORTED_TYPE'],
    ['of a flat place', header({ TransformMatrix: '1 0 0 1 0 0 0 0 1' }), 'IMAGE_BAD_AFFINE'],
    ['of a place that is no number', header({ Offset: '0 x 0' }), 'IMAGE_BAD_AFFINE'],
    [
      'larger than any',
      header({ DimSize: '4000 4000 4000', ElementSpacing: '0.1 0.1 0.1' }),
      'IMAGE_TOO_LARGE',
    ],
    ['cut off', header({ ElementType: 'MET_SHORT' }), 'IMAGE_TRUNCATED'],
  ])('%s is refused', async (_, head, code) => {
    expect(await errorCode(() => read(head, eight))).toBe(code);
  });

  it('is refused when its packed voxels are damaged, too few or far too many', async () => {
    const packed = header({ CompressedData: 'True' });
    const good = deflateSync(eight);
    expect([...(await read(packed, good)).data]).toEqual([...eight]);
    expect([...(await read(packed, Buffer.concat([good, Buffer.alloc(9)]))).data]).toEqual([...eight]);
    for (const bad of [good.subarray(0, 6), deflateSync(eight.subarray(1)), deflateSync(Buffer.alloc(1e7))]) {
      expect(await errorCode(() => read(packed, bad))).toBe('IMAGE_CORRUPT');
    }
  });
});
