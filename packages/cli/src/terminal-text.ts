import { printable } from '@atoll/intake/words';

/** Text for a terminal: a name in it may hold escape codes, which must not reach it. Line ends of ours stay. */
export function plainLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
