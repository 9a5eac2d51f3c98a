import { AtollError } from '@atoll/errors/error';
import { ask, chunksOf, type Patience, persist } from './remote.ts';

const maxBytes = 16 * 2 ** 20;

export type JsonAnswer = { readonly json: unknown; readonly headers: Headers };

/** @throws AtollError SOURCE_UNREACHABLE, SOURCE_REFUSED, SOURCE_INVALID, JOB_CANCELLED */
export async function fetchJson(
  address: URL,
  { token, patience, signal }: { token: string | null; patience: Patience; signal?: AbortSignal },
): Promise<JsonAnswer> {
  let answer: JsonAnswer | null = null;
  await persist(
    async (silence) => {
      const { response } = await ask(address, {
        headers: { accept: 'application/json' },
        token,
        signal: silence.signal,
      });
      const parts: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of chunksOf(response, silence)) {
        size += chunk.length;
        if (size > maxBytes) throw new AtollError('SOURCE_INVALID', 'The list of files is too long.');
        parts.push(chunk);
      }
      answer = { json: parse(Buffer.concat(parts).toString()), headers: response.headers };
      return true;
    },
    { patience, progress: () => 0, signal },
  );
  if (answer === null) throw new AtollError('SOURCE_INVALID');
  return answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new AtollError('SOURCE_INVALID', 'The list of files cannot be read.', { cause: thrown });
  }
}
