/** What a line of DeepISLES' log can give away. */
export type Sign = 'out-of-memory' | 'no-nvidia-smi' | 'input-not-seen' | 'fell-back' | 'error';

const signs: readonly (readonly [Sign, RegExp])[] = [
  [
    'out-of-memory',
    /out of memory|OutOfMemoryError|CU(BLAS|DNN)_STATUS_ALLOC_FAILED|can.?t allocate memory|MemoryError/i,
  ],
  ['no-nvidia-smi', /No such file or directory: '?nvidia-smi/],
  ['input-not-seen', /FileNotFoundError: \/app\/data\/\S+ does not exist/],
  ['fell-back', /Returning results from SEALS/],
  [
    'error',
    /Traceback \(most recent call last\)|^\w*(Error|Exception)\b|CUDA error|Segmentation fault|Killed/,
  ],
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it removes
const ansi = /\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;
const longestLine = 4096;
const keptBytes = 64 * 1024;

/**
 * The end of a program's output, and the signs that were anywhere in it. Bytes that are not UTF-8 become U+FFFD;
 * colours go; a bar that is drawn over itself (\r) counts as lines. Memory is bounded whatever comes.
 */
export class LogTail {
  readonly signs = new Set<Sign>();
  readonly #onLine: (line: string) => void;
  readonly #lines: string[] = [];
  #bytes = 0;

  constructor(onLine: (line: string) => void = () => undefined) {
    this.#onLine = onLine;
  }

  /** A place to write one stream to: two that share a decoder would break each other's characters. */
  stream(): { write(chunk: Uint8Array): void; end(): void } {
    const decoder = new TextDecoder();
    let open = '';
    const take = (text: string) => {
      const parts = (open + text).split(/\r\n|\n|\r/);
      open = (parts.pop() ?? '').slice(0, longestLine);
      for (const part of parts) this.#line(part);
    };
    return {
      write: (chunk) => take(decoder.decode(chunk, { stream: true })),
      end: () => {
        take(decoder.decode());
        if (open !== '') this.#line(open);
        open = '';
      },
    };
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  #line(raw: string): void {
    const line = raw.slice(0, longestLine).replace(ansi, '').trimEnd();
    if (line === '') return;
    for (const [sign, pattern] of signs) if (pattern.test(line)) this.signs.add(sign);
    this.#lines.push(line);
    this.#bytes += line.length;
    while (this.#bytes > keptBytes && this.#lines.length > 1) this.#bytes -= this.#lines.shift()?.length ?? 0;
    this.#onLine(line);
  }
}
