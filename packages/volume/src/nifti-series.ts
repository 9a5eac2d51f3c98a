import { AtollError } from '@atoll/errors/error';
import { isGzip } from './gzip.ts';
import type { NiftiHeader } from './nifti-header.ts';
import { readNiftiHeader, slackBytes } from './nifti-read.ts';
import { readVoxels } from './nifti-type.ts';
import { unpackedPieces } from './unpacked-pieces.ts';
import type { Volume } from './volume.ts';

/**
 * An image of many volumes, of which one at a time is in memory: a megabyte of packed zeros can be a gigabyte of
 * volumes. Taken in their order they are unpacked once; an earlier one is come to from the start again.
 */
export class NiftiSeries {
  readonly header: NiftiHeader;
  readonly #bytes: Uint8Array;
  readonly #volumeBytes: number;
  #reading: Reading | null = null;
  /** One after the other, for there is one place in the file. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws AtollError as `readNiftiHeader` */
  constructor(bytes: Uint8Array) {
    this.header = readNiftiHeader(bytes);
    const { shape, voxelType } = this.header;
    this.#bytes = bytes;
    this.#volumeBytes = shape[0] * shape[1] * shape[2] * voxelType.bytes;
  }

  /** Scaled, as 32-bit floats. @throws AtollError IMAGE_NOT_3D, IMAGE_TRUNCATED, IMAGE_CORRUPT */
  volume(index: number): Promise<Volume> {
    return this.#next(() => this.#read(index));
  }

  /** Reads what is left, and keeps none of it. @throws AtollError IMAGE_TRUNCATED, IMAGE_CORRUPT, IMAGE_TOO_LARGE */
  checkWhole(): Promise<void> {
    return this.#next(async () => {
      const reading = this.#readingBefore(this.header.volumes);
      await reading.skipTo(this.#startOf(this.header.volumes));
      await reading.finish(slackBytes);
    });
  }

  async #read(index: number): Promise<Volume> {
    const { shape, affine, volumes, voxelType, littleEndian, scale } = this.header;
    if (!(Number.isInteger(index) && index >= 0 && index < volumes)) {
      throw new AtollError('IMAGE_NOT_3D', `The image has ${volumes} volumes; there is no volume ${index}.`);
    }
    const reading = this.#readingBefore(index);
    await reading.skipTo(this.#startOf(index));
    const stored = await reading.take(this.#volumeBytes);
    const voxels = shape[0] * shape[1] * shape[2];
    return { shape, affine, data: readVoxels(stored, 0, voxels, voxelType, littleEndian, scale) };
  }

  #startOf(index: number): number {
    return this.header.voxelOffset + index * this.#volumeBytes;
  }

  #readingBefore(index: number): Reading {
    const start = this.#startOf(index);
    if (this.#reading === null || this.#reading.at > start) {
      const limit = this.#startOf(this.header.volumes) + slackBytes;
      const pieces = isGzip(this.#bytes) ? unpackedPieces(this.#bytes, limit) : onePiece(this.#bytes);
      this.#reading = new Reading(pieces);
    }
    return this.#reading;
  }

  #next<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work).catch((thrown: unknown) => {
      // Where it stands after a fault is not known.
      this.#reading = null;
      throw thrown;
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A place in a file that is read from its start to its end. */
class Reading {
  readonly #pieces: AsyncGenerator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  at = 0;

  constructor(pieces: AsyncGenerator<Uint8Array>) {
    this.#pieces = pieces;
  }

  async skipTo(place: number): Promise<void> {
    while (this.at < place) {
      await this.#more();
      this.#pass(place - this.at);
    }
  }

  async take(count: number): Promise<Uint8Array> {
    const out = new Uint8Array(count);
    for (let filled = 0; filled < count; ) {
      await this.#more();
      const part = this.#pass(count - filled);
      out.set(part, filled);
      filled += part.length;
    }
    return out;
  }

  /** @throws AtollError IMAGE_TOO_LARGE when more than so much is left. */
  async finish(mostBytes: number): Promise<void> {
    let left = this.#piece.length;
    while (left <= mostBytes) {
      const { done, value } = await this.#pieces.next();
      if (done) break;
      left += value.length;
    }
    if (left > mostBytes) {
      throw new AtollError('IMAGE_TOO_LARGE', 'The image file contains more data than its header declares.');
    }
    this.#piece = new Uint8Array(0);
    this.at = Number.POSITIVE_INFINITY;
  }

  #pass(most: number): Uint8Array {
    const part = this.#piece.subarray(0, most);
    this.#piece = this.#piece.subarray(part.length);
    this.at += part.length;
    return part;
  }

  async #more(): Promise<void> {
    while (this.#piece.length === 0) {
      const { done, value } = await this.#pieces.next();
      if (done)
        throw new AtollError('IMAGE_TRUNCATED', 'The image file is truncated before its last volume.');
      this.#piece = value;
    }
  }
}
