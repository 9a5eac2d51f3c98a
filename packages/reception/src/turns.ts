type Waiting = { readonly client: string; readonly begin: () => void };

/**
 * Work of which only so much goes on at once, and of one client only one piece; the rest waits for its turn, in order,
 * and steps aside for others while its own client's is under way.
 */
export class Turns {
  readonly #atOnce: number;
  readonly #waiting: Waiting[] = [];
  readonly #working = new Set<string>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  async do<Result>(client: string, work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((begin) => {
      this.#waiting.push({ client, begin });
      this.#callNext();
    });
    try {
      return await work();
    } finally {
      this.#working.delete(client);
      this.#callNext();
    }
  }

  #callNext(): void {
    while (this.#working.size < this.#atOnce) {
      const at = this.#waiting.findIndex(({ client }) => !this.#working.has(client));
      if (at === -1) return;
      const [next] = this.#waiting.splice(at, 1);
      this.#working.add(next.client);
      next.begin();
    }
  }
}
