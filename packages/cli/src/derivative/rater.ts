import { AtollError } from '@atoll/errors/error';

/** Who looks at masks, and what their masks are called. */
export type Rater = {
  /** One line, as tables and pages show it. */
  readonly name: string;
  /** Of the masks in their file names, such as `reviewedAReader`: letters and digits, as BIDS has labels. */
  readonly desc: string;
};

/** Of whoever gives no name. */
export const unnamedRater: Rater = { name: 'reader', desc: 'reviewed' };

/** @throws AtollError REQUEST_INVALID for a name that is empty, too long, or has nothing that BIDS allows in a label */
export function raterOf(name: string): Rater {
  const trimmed = name.normalize('NFC').trim();
  if (trimmed === '' || trimmed === 'n/a' || trimmed.length > 64 || /\p{Cc}/u.test(trimmed)) {
    throw new AtollError('REQUEST_INVALID', 'The rater needs a name of one line, 64 characters at most.');
  }
  if (trimmed.toLowerCase() === unnamedRater.name) return unnamedRater;
  const plain = trimmed.normalize('NFKD').replace(/\p{M}/gu, '');
  const label = plain
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  if (label === '') {
    throw new AtollError(
      'REQUEST_INVALID',
      'The name of the rater becomes part of file names, and needs a letter from A to Z or a digit.',
    );
  }
  return { name: trimmed, desc: `${unnamedRater.desc}${label}` };
}

/** Whether the masks of two raters would have the same names, on file systems that do not tell A from a too. */
export function wouldClash(rater: Rater, other: string): boolean {
  const masks = other === rater.name ? null : descOf(other);
  return masks !== null && masks.toLowerCase() === rater.desc.toLowerCase();
}

/** null for a name that was written into a table by hand and is none. */
function descOf(name: string): string | null {
  try {
    return raterOf(name).desc;
  } catch {
    return null;
  }
}
