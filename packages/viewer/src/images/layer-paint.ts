import type { Paint } from '@atoll/pictures/slice-picture';
import type { Look } from './layer.ts';

/** Length of a dash, in pixels. */
const dashLength = 6;

/** How a layer of this look colours the pixels of a slice. */
export function paintOf(look: Look): Paint {
  if (look.kind !== 'dashes') {
    const { colours } = look;
    return (value) => colours[Math.min(value, colours.length) - 1];
  }
  // The weights make the tone change along every line, diagonals too.
  return (_value, x, y) => look.tones[Math.floor((x + 2 * y) / dashLength) % 2];
}
