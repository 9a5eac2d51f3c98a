import type { AuditEntry } from '@atoll/access/audit-entry';
import type { AccessRecords } from '@atoll/access/records';

/** Entries are written together, so long after the first of them. */
const everyMs = 200;
/** What waits for a database that does not answer; beyond it the oldest are lost, and the log says so. */
const mostWaiting = 10_000;
/** Whoever looks at a result asks for a dozen files: one look is one entry. */
const sameLookMs = 10 * 60_000;
const mostLooks = 20_000;

/** Writes down who did what. A killed process loses what the last moment brought. */
export class AuditLog {
  readonly #records: () => Promise<AccessRecords>;
  readonly #onError: (thrown: unknown) => void;
  #waiting: AuditEntry[] = [];
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  readonly #looks = new Map<string, number>();

  constructor(records: () => Promise<AccessRecords>, onError: (thrown: unknown) => void) {
    this.#records = records;
    this.#onError = onError;
  }

  add(entry: AuditEntry): void {
    if (entry.action === 'open' && this.#isSameLook(entry)) return;
    this.#waiting.push(entry);
    if (this.#waiting.length > mostWaiting) {
      this.#waiting.shift();
      this.#onError(new Error('The audit log cannot be written; its oldest entry that waited was lost.'));
    }
    this.#timer ??= setTimeout(() => void this.flush(), everyMs).unref();
  }

  /** Writes what waits. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(async () => {
      const some = this.#waiting;
      this.#waiting = [];
      if (some.length === 0) return;
      try {
        await (await this.#records()).audit.add(some);
      } catch (thrown) {
        this.#waiting = [...some, ...this.#waiting];
        this.#onError(thrown);
      }
    });
    return this.#writing;
  }

  #isSameLook({ who, subject }: AuditEntry): boolean {
    const key = `${who} ${subject}`;
    const now = performance.now();
    const last = this.#looks.get(key);
    if (last !== undefined && now - last < sameLookMs) return true;
    if (this.#looks.size >= mostLooks) this.#looks.clear();
    this.#looks.set(key, now);
    return false;
  }
}
