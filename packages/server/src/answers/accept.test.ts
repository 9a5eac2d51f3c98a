import { expect, it } from 'vitest';
import { prefersHtml } from './accept.ts';

it('sees that browsers prefer a page', () => {
  expect(prefersHtml('text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8')).toBe(
    true,
  );
  expect(prefersHtml('TEXT/HTML')).toBe(true);
});

it('takes everything else for a script that wants JSON', () => {
  for (const accept of [
    undefined,
    '',
    '*/*',
    'application/json',
    'application/json, text/html;q=0.5',
    'text/html;q=0',
  ]) {
    expect(prefersHtml(accept)).toBe(false);
  }
  // Both alike: JSON, as it always was.
  expect(prefersHtml('text/html, application/json')).toBe(false);
});
