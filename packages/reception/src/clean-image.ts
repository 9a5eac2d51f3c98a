import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { AtollError } from '@atoll/errors/error';
import { readFilePart, readPartOf } from '@atoll/intake/file-part';
import { checkHeadGeometry } from '@atoll/volume/geometry';
import { isGzip } from '@atoll/volume/gzip';
import { anonymousHeader } from '@atoll/volume/nifti-anonymous';
import { headerBytes, parseNiftiHeader } from '@atoll/volume/nifti-header';
import { defaultMaxBytes } from '@atoll/volume/nifti-read';
import { unpackedByZlib } from '@atoll/volume/unpacked-pieces';

export type CleanOptions = {
  /** Voxels of the image; beyond it IMAGE_TOO_LARGE. */
  readonly maxVoxels: number;
  readonly signal?: AbortSignal | undefined;
};

/** What may stand behind the voxels of a file, such as padding, before it is taken for a bomb. */
const slackBytes = 1 << 20;

/**
 * Writes a head's NIfTI image anew: packed, without text fields and extensions, its voxels as they were. It is read to its
 * end on the way, so that what comes out is a whole image; a piece at a time, however large it claims to be.
 * @param from .nii or .nii.gz, told by content.
 * @param to a path where nothing is yet; nothing is left there when this throws.
 * @throws AtollError as `parseNiftiHeader` and `checkHeadGeometry`; IMAGE_NOT_3D, IMAGE_TOO_LARGE, IMAGE_TRUNCATED, IMAGE_CORRUPT
 */
export async function cleanImage(from: string, to: string, options: CleanOptions): Promise<void> {
  const isPacked = isGzip(await readFilePart(from, 0, 2));
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  try {
    await pipeline(
      [
        isPacked ? Readable.from(unpacked(from)) : createReadStream(from),
        new Cleaner(options.maxVoxels),
        createGzip(),
        createWriteStream(to, { flags: 'wx', mode: 0o600 }),
      ],
      signal,
    );
    await forgetSystem(to);
  } catch (thrown) {
    await rm(to, { force: true });
    throw thrown;
  }
}

async function* unpacked(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    yield* unpackedByZlib({
      read: (start, end) => readPartOf(file, start, end),
      from: (start) => file.createReadStream({ start, autoClose: false }),
    });
  } finally {
    await file.close();
  }
}

/** Byte 9 of a gzip file names the system that packed it: equal images shall have equal files. */
async function forgetSystem(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(new Uint8Array([255]), 0, 1, 9);
  } finally {
    await file.close();
  }
}

/** Passes on a clean header and the voxels, and nothing else. */
class Cleaner extends Transform {
  readonly #maxVoxels: number;
  /** What came before there was enough of it for a header; then null. */
  #start: Buffer | null = Buffer.alloc(0);
  /** Bytes that came, and between which of them the voxels are. */
  #seen = 0;
  #first = 0;
  #end = 0;

  constructor(maxVoxels: number) {
    super();
    this.#maxVoxels = maxVoxels;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#attempt(done, () => {
      if (this.#start === null) return this.#pass(chunk);
      this.#start = Buffer.concat([this.#start, chunk]);
      if (this.#start.length >= headerBytes) this.#begin(this.#start);
    });
  }

  override _flush(done: TransformCallback): void {
    this.#attempt(done, () => {
      if (this.#start !== null) this.#begin(this.#start);
      if (this.#seen < this.#end) {
        throw new AtollError(
          'IMAGE_TRUNCATED',
          `The image file is truncated: it should contain ${this.#end} bytes and contains ${this.#seen}.`,
        );
      }
    });
  }

  #attempt(done: TransformCallback, work: () => void): void {
    try {
      work();
    } catch (thrown) {
      done(thrown instanceof Error ? thrown : new Error('unknown'));
      return;
    }
    done();
  }

  #begin(start: Buffer): void {
    const header = parseNiftiHeader(start);
    const { shape, volumes, voxelOffset, voxelType } = header;
    const voxels = shape[0] * shape[1] * shape[2];
    if (volumes !== 1) {
      throw new AtollError('IMAGE_NOT_3D', `The image has ${volumes} volumes, and none was selected.`);
    }
    this.#first = voxelOffset;
    this.#end = voxelOffset + voxels * voxelType.bytes;
    if (voxels > this.#maxVoxels || this.#end > defaultMaxBytes) {
      throw new AtollError(
        'IMAGE_TOO_LARGE',
        `The image has ${shape.join(' × ')} voxels, which is more than Atoll accepts (${this.#maxVoxels} in all).`,
      );
    }
    checkHeadGeometry(header);
    this.#start = null;
    this.push(anonymousHeader(start));
    this.#pass(start);
  }

  #pass(chunk: Buffer): void {
    const from = Math.max(0, this.#first - this.#seen);
    const to = Math.min(chunk.length, this.#end - this.#seen);
    this.#seen += chunk.length;
    if (this.#seen > this.#end + slackBytes) {
      throw new AtollError(
        'IMAGE_TOO_LARGE',
        `The image file contains more than the ${(this.#end / 1e6).toFixed(1)} MB that its header declares.`,
      );
    }
    if (from < to) this.push(chunk.subarray(from, to));
  }
}
