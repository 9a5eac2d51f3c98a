import { serviceFetch } from './token-fetch.ts';

type Listener = {
  readonly onOpen: () => void;
  readonly onEvent: (name: string, data: string) => void;
  readonly onEnd: () => void;
};

/** Server-sent events where a token must go along, which the browser's own EventSource cannot send. Not tried again. */
export async function readEvents(url: string, signal: AbortSignal, listener: Listener): Promise<void> {
  try {
    const response = await serviceFetch(url, { signal, headers: { Accept: 'text/event-stream' } });
    if (!response.ok || response.body === null) return;
    listener.onOpen();
    let rest = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = `${rest}${value}`.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const { name, data } = readBlock(block);
        if (data !== '') listener.onEvent(name, data);
      }
    }
  } catch {
    // Who listens asks from now on.
  } finally {
    if (!signal.aborted) listener.onEnd();
  }
}

/** Fields of one event (HTML, section 9.2.6), as Atoll writes them. */
export function readBlock(block: string): { name: string; data: string } {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) name = line.slice(6).trim();
    if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
  }
  return { name, data: data.join('\n') };
}
