/** A revoked token or link is refused by other processes after so long; by this one at once. */
const knownMs = 2000;
const knownAtMost = 5000;

type Found<Record> = { readonly record: Record; readonly at: number };

/** Tokens and links as they were looked up last: a page asks for many things at the same time. */
export class KnownRecords<Record extends { readonly expiresAt: Date }> {
  readonly #find: (hash: string, now: Date) => Promise<Record | null>;
  readonly #known = new Map<string, Found<Record>>();

  constructor(find: (hash: string, now: Date) => Promise<Record | null>) {
    this.#find = find;
  }

  /** null for one that is unknown, expired or revoked. */
  async find(hash: string, now = new Date()): Promise<Record | null> {
    const known = this.#known.get(hash);
    if (known !== undefined && performance.now() - known.at < knownMs && known.record.expiresAt > now) {
      return known.record;
    }
    this.#known.delete(hash);
    const record = await this.#find(hash, now);
    if (record !== null) {
      if (this.#known.size >= knownAtMost) this.#known.clear();
      this.#known.set(hash, { record, at: performance.now() });
    }
    return record;
  }

  /** For whoever changed one. */
  forget(): void {
    this.#known.clear();
  }
}
