import { escapeHtml } from './html-text.ts';

/**
 * What every HTML file begins with that is opened from a disk: it asks nobody for anything but what its policy names.
 * The head is left open.
 * @param policy its Content-Security-Policy beside `default-src 'none'`.
 */
export function htmlHead({
  title,
  policy,
  style,
}: {
  readonly title: string;
  readonly policy: string;
  readonly style: string;
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${policy}">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${style}</style>`;
}
