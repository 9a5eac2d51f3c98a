/** A moment as people say it: `Dec 3, 2026, 14:30`. */
export function momentWords(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
