import { describe, expect, it } from 'vitest';
import { LogTail } from './log-tail.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the end of a log', () => {
  it('has lines without colours, whatever pieces they come in', () => {
    const lines: string[] = [];
    const log = new LogTail((line) => lines.push(line));
    const out = log.stream();
    const whole = bytes('\x1b[34m\x1b[1mRunning SEALS algorithm ...\x1b[0m\r\n 10%\r 90%\n\nlast é');
    for (const byte of whole) out.write(Uint8Array.of(byte));
    out.end();
    expect(lines).toEqual(['Running SEALS algorithm ...', ' 10%', ' 90%', 'last é']);
  });

  it('does not mix two streams into one line', () => {
    const log = new LogTail();
    const [out, error] = [log.stream(), log.stream()];
    out.write(bytes('half '));
    error.write(bytes('of another\n'));
    out.write(bytes('a line\n'));
    expect(log.text).toBe('of another\nhalf a line\n');
  });

  it('stays small, and remembers a sign that has long been cut off', () => {
    const log = new LogTail();
    const out = log.stream();
    out.write(bytes('RuntimeError: CUDA out of memory.\n'));
    for (let n = 0; n < 3000; n++) out.write(bytes(`${'x'.repeat(100)}\n`));
    out.write(bytes('y'.repeat(1 << 20)));
    out.end();
    expect(log.text.length).toBeLessThan(80_000);
    expect(log.text).not.toContain('out of memory');
    expect([...log.signs]).toEqual(['out-of-memory', 'error']);
  });
});
