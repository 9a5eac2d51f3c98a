import { closeSync, ftruncateSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isDiskFull } from '@atoll/errors/disk-full';
import { AtollError } from '@atoll/errors/error';

const names = ['submissions-a.ndjson', 'submissions-b.ndjson'];

/**
 * What was acknowledged and is not in the database yet, a line of JSON each: appending one costs a hundredth of what the
 * database takes. Two files go by turns, so that one is emptied while the other takes what comes. As with the embedded
 * database, a killed process loses nothing, and a power cut may.
 */
export class SubmissionJournal {
  #current: JournalFile;
  #other: JournalFile;
  #appends = 0;

  /** @param folder the database's own, of which the caller holds the lock: the two belong together. */
  constructor(folder: string) {
    [this.#current, this.#other] = names.map((name) => new JournalFile(join(folder, name)));
  }

  /**
   * Lines that a process left which was killed, the oldest file first or not: they say themselves when they came. A line
   * whose end is missing was acknowledged to nobody.
   */
  left(): string[] {
    return [this.#current, this.#other].flatMap((file) => file.lines());
  }

  /** Puts what is there aside and begins anew. @returns where it lies now. */
  putAside(): string[] {
    return [this.#current, this.#other].flatMap((file) => file.putAside());
  }

  /** Once this returns, the lines outlive the process. @throws AtollError DISK_FULL; then none of them is there. */
  append(lines: readonly string[]): void {
    this.#current.append(`${lines.join('\n')}\n`);
    this.#appends++;
  }

  /** @returns what to call when all that was appended until now is in the database. */
  mark(): () => void {
    // Where a writing failed, its lines are still in the other one.
    const isApart = this.#other.isEmpty;
    if (isApart) [this.#current, this.#other] = [this.#other, this.#current];
    const appends = this.#appends;
    return () => {
      this.#other.clear();
      if (!isApart && this.#appends === appends) this.#current.clear();
    };
  }

  clear(): void {
    this.#current.clear();
    this.#other.clear();
  }

  close(): void {
    this.#current.close();
    this.#other.close();
  }
}

class JournalFile {
  readonly #path: string;
  #handle: number;
  #size: number;

  constructor(path: string) {
    this.#path = path;
    this.#handle = openSync(path, 'a', 0o600);
    this.#size = readFileSync(path).length;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  lines(): string[] {
    return readFileSync(this.#path, 'utf8').split('\n').slice(0, -1);
  }

  append(text: string): void {
    const bytes = Buffer.from(text);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#handle, bytes, at);
      this.#size += bytes.length;
    } catch (thrown) {
      ftruncateSync(this.#handle, this.#size);
      throw isDiskFull(thrown) ? new AtollError('DISK_FULL', undefined, { cause: thrown }) : thrown;
    }
  }

  clear(): void {
    if (this.#size === 0) return;
    ftruncateSync(this.#handle, 0);
    this.#size = 0;
  }

  putAside(): string[] {
    if (this.#size === 0) return [];
    const aside = `${this.#path}.${Date.now()}`;
    closeSync(this.#handle);
    renameSync(this.#path, aside);
    this.#handle = openSync(this.#path, 'a', 0o600);
    this.#size = 0;
    return [aside];
  }

  close(): void {
    closeSync(this.#handle);
  }
}
