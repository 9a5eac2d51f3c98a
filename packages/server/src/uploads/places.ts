import type { AtollError } from '@atoll/errors/error';

export type PlaceLimits = {
  /** Places for all clients together, and what is said when they are taken. */
  readonly all: number;
  readonly allTaken: () => AtollError;
  /** Places for one client, so that no single one can take them all. */
  readonly perClient: number;
  readonly ownTaken: () => AtollError;
};

/** A limited number of places, counted in this process; what takes long holds one while it lasts. */
export class Places {
  readonly #limits: PlaceLimits;
  readonly #ofClient = new Map<string, number>();
  #taken = 0;

  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  /**
   * @param client as `clientId` has it.
   * @returns gives the place back; more than once does nothing.
   * @throws what `ownTaken` and `allTaken` make.
   */
  take(client: string): () => void {
    const own = this.#ofClient.get(client) ?? 0;
    if (own >= this.#limits.perClient) throw this.#limits.ownTaken();
    if (this.#taken >= this.#limits.all) throw this.#limits.allTaken();
    this.#taken++;
    this.#ofClient.set(client, own + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#taken--;
      const left = (this.#ofClient.get(client) ?? 1) - 1;
      if (left === 0) this.#ofClient.delete(client);
      else this.#ofClient.set(client, left);
    };
  }
}
