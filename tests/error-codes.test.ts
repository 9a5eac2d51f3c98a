import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { codesMetIn, type ErrorCode, isErrorCode } from '@atoll/errors/catalogue';
import { describe, expect, it } from 'vitest';

const packages = resolve(import.meta.dirname, '../packages');

/** Where the errors of a room can be met at least. */
const placesOf = {
  // A mask that somebody corrected is judged here as well, in an answer or on the terminal.
  engines: ['job', 'answer', 'terminal'],
  cases: ['job', 'terminal'],
  viewer: ['page'],
  reception: ['answer', 'terminal'],
  instance: ['terminal'],
  server: ['answer', 'terminal'],
  // `atoll review` answers a page.
  cli: ['terminal', 'answer'],
} as const;

const sources = readdirSync(packages, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^(?!errors)[^/]+\/src\/.*\.tsx?$/.test(path) && !path.endsWith('.test.ts'))
  .map((path) => ({ room: path.split('/')[0], text: readFileSync(join(packages, path), 'utf8') }));

/** The codes that a room throws by itself. */
function thrownIn(room: string): ErrorCode[] {
  const found = sources
    .filter((source) => source.room === room)
    .flatMap(({ text }) => [...text.matchAll(/new AtollError\(\s*'([A-Z_0-9]+)'/g)].map(([, code]) => code));
  return [...new Set(found)].filter(isErrorCode);
}

describe('the codes of errors', () => {
  it.each(Object.entries(placesOf))('that %s throws are known to be met there', (room, places) => {
    const known = places.flatMap((place) => codesMetIn(place));
    expect(thrownIn(room).length).toBeGreaterThan(1);
    expect(thrownIn(room).filter((code) => !known.includes(code))).toEqual([]);
  });
});
