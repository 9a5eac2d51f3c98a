import { AtollError } from '@atoll/errors/error';
import type { OpenOptions } from './source.ts';

/** A case that is being opened, and how many wait for it. */
type Opening<Files> = { readonly files: Promise<Files>; readonly abort: AbortController; waiting: number };

/** Those who open the same case at the same time share one opening; it ends when the last of them aborts. */
export class SharedOpenings<Files> {
  readonly #open: (caseId: string, signal: AbortSignal) => Promise<Files>;
  readonly #openings = new Map<string, Opening<Files>>();

  constructor(open: (caseId: string, signal: AbortSignal) => Promise<Files>) {
    this.#open = open;
  }

  /** @throws AtollError JOB_CANCELLED when aborted, or what the opening throws. */
  async open(caseId: string, { signal }: OpenOptions = {}): Promise<Files> {
    if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
    const opening = this.#openings.get(caseId) ?? this.#begin(caseId);
    opening.waiting++;
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(new AtollError('JOB_CANCELLED'));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([opening.files, aborted.promise]);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      opening.waiting--;
      if (opening.waiting === 0) this.#end(caseId, opening);
    }
  }

  #begin(caseId: string): Opening<Files> {
    const abort = new AbortController();
    const files = this.#open(caseId, abort.signal);
    // All who wait may be gone by the time it fails.
    files.catch(() => undefined);
    const opening = { files, abort, waiting: 0 };
    this.#openings.set(caseId, opening);
    return opening;
  }

  #end(caseId: string, opening: Opening<Files>): void {
    if (this.#openings.get(caseId) === opening) this.#openings.delete(caseId);
    opening.abort.abort();
  }
}
