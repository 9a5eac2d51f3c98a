const freshForMs = 250;

/** How many jobs wait, as far as it is known without asking for each submission. */
export class PendingGauge {
  readonly #freshMs: number;
  #known = Number.POSITIVE_INFINITY;
  #at = Number.NEGATIVE_INFINITY;
  #underWay = 0;

  /** @param freshMs how long a count stands; for ever where nobody else submits. */
  constructor(freshMs = freshForMs) {
    this.#freshMs = freshMs;
  }

  /** Jobs that wait or are just being submitted here; Infinity when they were not counted lately. */
  get atMost(): number {
    return performance.now() - this.#at < this.#freshMs ? this.#known : Number.POSITIVE_INFINITY;
  }

  /** Others came that it did not see. */
  forget(): void {
    this.#at = Number.NEGATIVE_INFINITY;
  }

  counted(pending: number): void {
    this.#known = pending + this.#underWay;
    this.#at = performance.now();
  }

  /** Counts a submission from its beginning on: of many at once, each must know of the others. */
  async around<Result>(submission: () => Promise<Result>): Promise<Result> {
    this.#underWay++;
    this.#known++;
    try {
      return await submission();
    } catch (thrown) {
      this.#known--;
      throw thrown;
    } finally {
      this.#underWay--;
    }
  }
}
