import type { Trouble } from './diagnosis.ts';

/** A request that waits for its next try. */
export type Wait = {
  readonly trouble: Trouble;
  /** What the service itself said, if it did. */
  readonly detail: string | null;
  /** When the trouble began, and when the next try is due; by performance.now(). */
  readonly since: number;
  readonly nextAt: number;
  readonly stop: () => void;
  readonly tryNow: () => void;
};

/** All requests that wait now: what the page shows of its connection, and can end. */
export class Waits {
  readonly #waits = new Map<symbol, Wait>();
  readonly #listeners = new Set<() => void>();
  #shown: readonly Wait[] = [];

  /** The same array until something changes. */
  get list(): readonly Wait[] {
    return this.#shown;
  }

  set(key: symbol, wait: Wait): void {
    this.#waits.set(key, wait);
    this.#tell();
  }

  delete(key: symbol): void {
    if (this.#waits.delete(key)) this.#tell();
  }

  /** Something was heard of the service: who waits need wait no longer. */
  tryAllNow(): void {
    for (const { tryNow } of [...this.#waits.values()]) tryNow();
  }

  stopAll(): void {
    for (const { stop } of [...this.#waits.values()]) stop();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    this.#shown = [...this.#waits.values()];
    for (const listener of [...this.#listeners]) listener();
  }
}
