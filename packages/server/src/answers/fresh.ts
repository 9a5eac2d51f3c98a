/**
 * What is the same for all who ask within a moment, made once for them. Those who ask while it is being made wait for
 * it; a failure is not kept.
 */
export class Fresh<Made> {
  readonly #make: () => Promise<Made>;
  readonly #freshMs: number;
  #last: { readonly made: Promise<Made>; endsAt: number } | null = null;

  constructor(freshMs: number, make: () => Promise<Made>) {
    this.#freshMs = freshMs;
    this.#make = make;
  }

  get(): Promise<Made> {
    if (this.#last !== null && performance.now() < this.#last.endsAt) return this.#last.made;
    const last = { made: this.#make(), endsAt: Number.POSITIVE_INFINITY };
    this.#last = last;
    last.made.then(
      () => {
        last.endsAt = performance.now() + this.#freshMs;
      },
      () => {
        if (this.#last === last) this.#last = null;
      },
    );
    return last.made;
  }
}
