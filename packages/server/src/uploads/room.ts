import { statfs } from 'node:fs/promises';
import { AtollError } from '@atoll/errors/error';

/** Bytes that are expected; those that have come are on the disk, and no longer waited for. */
export type Reservation = {
  /** Says how many have come in all. @throws AtollError DISK_FULL when more come than were announced, and do not fit. */
  came(bytes: number): Promise<void>;
  release(): void;
};

/** What comes unannounced is asked room for in steps of this size. */
const stepBytes = 8 * 2 ** 20;

/**
 * Room on the disk for what is on its way: a file that was announced counts before its bytes come, so that several
 * at once do not each find the same room free.
 */
export class Room {
  readonly #folder: string;
  readonly #minFreeBytes: number;
  readonly #promised: () => Promise<number>;
  #outstanding = 0;

  /** @param promised bytes that others were promised room for and have not come yet. */
  constructor(folder: string, minFreeBytes: number, promised: () => Promise<number>) {
    this.#folder = folder;
    this.#minFreeBytes = minFreeBytes;
    this.#promised = promised;
  }

  /** @param announced 0 where it is not known. @throws AtollError DISK_FULL */
  async reserve(announced: number): Promise<Reservation> {
    let [waited, total] = [0, 0];
    const wait = (bytes: number) => {
      this.#outstanding += bytes - waited;
      waited = bytes;
    };
    const release = () => wait(0);
    const expect = async (bytes: number) => {
      wait(bytes);
      total += bytes;
      await this.check().catch((thrown) => {
        release();
        throw thrown;
      });
    };
    await expect(announced);
    return {
      release,
      came: async (bytes) => {
        if (bytes <= total) wait(total - bytes);
        else {
          total = bytes;
          await expect(stepBytes);
        }
      },
    };
  }

  /** Is there room for all that is on its way, and `further` bytes? @throws AtollError DISK_FULL */
  async check(further = 0): Promise<void> {
    if (this.#minFreeBytes === 0) return;
    const promised = await this.#promised();
    const free = await statfs(this.#folder).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => null,
    );
    if (free !== null && free < this.#minFreeBytes + this.#outstanding + promised + further) {
      throw new AtollError('DISK_FULL', 'Disk space is almost exhausted, so no images are accepted.');
    }
  }
}
