/** The patient's side, in words. */
export function sideText(side: 'left' | 'right' | 'both'): string {
  return side === 'both' ? 'both sides' : `patient’s ${side}`;
}
