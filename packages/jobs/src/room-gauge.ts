import { AtollError } from '@atoll/errors/error';
import type { Store } from '@atoll/store/store';

const freshForMs = 250;

/** The room that is left for results, as it was looked at last. */
export class RoomGauge {
  readonly #results: Pick<Store, 'freeBytes'>;
  readonly #minFreeBytes: number;
  #free: number | null = null;
  #at = Number.NEGATIVE_INFINITY;

  constructor(results: Pick<Store, 'freeBytes'>, minFreeBytes: number) {
    this.#results = results;
    this.#minFreeBytes = minFreeBytes;
  }

  /**
   * Refused in time: a disk that is full would break the database and every job under way.
   * @throws AtollError DISK_FULL
   */
  async check(): Promise<void> {
    if (this.#minFreeBytes === 0) return;
    if (performance.now() - this.#at > freshForMs) {
      this.#free = await this.#results.freeBytes().catch(() => null);
      this.#at = performance.now();
    }
    if (this.#free !== null && this.#free < this.#minFreeBytes) throw new AtollError('DISK_FULL');
  }
}
