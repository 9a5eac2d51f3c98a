import { AtollError } from '@atoll/errors/error';
import {
  ask,
  chunksOf,
  PassingFailure,
  type Patience,
  persist,
  type Silence,
  usualPatience,
} from './remote.ts';

export type RemoteFileOptions = {
  readonly url: string;
  readonly sizeBytes: number;
  readonly token?: string | null;
  readonly patience?: Patience;
};

/** A file on the network that is read by byte ranges; a range that breaks off goes on where it broke off. */
export class RemoteFile {
  readonly sizeBytes: number;
  readonly #home: URL;
  readonly #token: string | null;
  readonly #patience: Patience;
  /** Where the last redirect led: the next range need not ask the way again. */
  #direct: URL | null = null;

  constructor({ url, sizeBytes, token = null, patience = usualPatience }: RemoteFileOptions) {
    this.#home = new URL(url);
    this.sizeBytes = sizeBytes;
    this.#token = token;
    this.#patience = patience;
  }

  /**
   * The bytes from `start` up to `end`, without it.
   * @throws AtollError SOURCE_UNREACHABLE, SOURCE_REFUSED, SOURCE_INVALID (of another size, or without ranges),
   *   JOB_CANCELLED
   */
  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const out = new Uint8Array(end - start);
    let got = 0;
    const attempt = async (silence: Silence) => {
      const { response, skip } = await this.#request(start + got, end, silence.signal);
      let passed = 0;
      for await (const chunk of chunksOf(response, silence)) {
        const fresh = chunk.subarray(Math.min(chunk.length, Math.max(0, skip - passed)));
        passed += chunk.length;
        if (got + fresh.length > out.length)
          throw new AtollError('SOURCE_INVALID', 'More bytes arrived than were requested.');
        out.set(fresh, got);
        got += fresh.length;
      }
      return got === out.length;
    };
    if (out.length > 0) {
      await persist(attempt, { patience: this.#patience, progress: () => got, signal });
    }
    return out;
  }

  async #request(
    first: number,
    end: number,
    signal: AbortSignal,
  ): Promise<{ response: Response; skip: number }> {
    const direct = this.#direct;
    const headers = { range: `bytes=${first}-${end - 1}` };
    try {
      // Away from home the address itself is the ticket.
      const token = direct === null ? this.#token : null;
      const { response, at } = await ask(direct ?? this.#home, { headers, token, signal });
      this.#direct = at.origin === this.#home.origin ? null : at;
      return { response, skip: await this.#check(response, first, end) };
    } catch (thrown) {
      if (direct === null || !(thrown instanceof AtollError)) throw thrown;
      // Such addresses are good for an hour or so: ask the way again.
      this.#direct = null;
      throw new PassingFailure('the address is no longer valid');
    }
  }

  /** @returns how many bytes of the body come before those that were asked for. */
  async #check(response: Response, first: number, end: number): Promise<number> {
    const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
    const refuse = async (text: string) => {
      await response.body?.cancel().catch(() => undefined);
      return new AtollError('SOURCE_INVALID', text);
    };
    if (response.status !== 206) {
      // The whole file where the whole was wanted.
      if (end === this.sizeBytes && first < end && response.headers.get('content-length') === `${end}`)
        return first;
      throw await refuse('The source of this case does not serve byte ranges.');
    }
    const [, from, , total] = range ?? [];
    if (Number(from) !== first) throw await refuse('The server sent other bytes than were requested.');
    if (total !== '*' && Number(total) !== this.sizeBytes)
      throw await refuse('The size of the file has changed.');
    return 0;
  }
}
