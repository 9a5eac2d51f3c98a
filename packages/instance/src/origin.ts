/**
 * Is this the exact serialisation of a web origin, as a browser sends it in its Origin header?
 * No path, no slash or dot at the end, no wildcard, no user, no default port, lower case.
 */
export function isExactOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const web = url.protocol === 'https:' || url.protocol === 'http:';
  return web && url.origin === text && !url.hostname.endsWith('.') && !url.hostname.includes('*');
}

/** What the writer of an almost-origin probably meant; null when that cannot be guessed. */
export function nearestOrigin(text: string): string | null {
  const withScheme = text.includes('://') ? text : `https://${text}`;
  if (!URL.canParse(withScheme)) return null;
  const { protocol, host } = new URL(withScheme);
  const guess = `${protocol}//${host.replace(/\.(?=$|:)/, '')}`;
  return isExactOrigin(guess) ? guess : null;
}
