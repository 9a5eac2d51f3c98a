import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { raterOf, wouldClash } from './rater.ts';
import type { Review } from './review-table.ts';
import { Reviews } from './reviews.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'atoll-reviews-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const table = () => readFileSync(join(root, 'review.tsv'), 'utf8');
const review = (change: Partial<Review> = {}): Review => ({
  subject: '01',
  session: null,
  rater: 'anna',
  verdict: 'corrected',
  note: 'left edge\tand\nmore',
  volumeBeforeMl: 12.34567,
  volumeAfterMl: 10,
  diceWithEngine: 0.9,
  date: '2026-03-02T10:00:00.000Z',
  engineMaskSha256: 'e'.repeat(64),
  maskSha256: 'a'.repeat(64),
  ...change,
});

describe('the table of reviews', () => {
  it('has a line for each subject, session and rater: a later word takes the place of an earlier one', async () => {
    const reviews = new Reviews(root);
    await reviews.put(review());
    await reviews.put(review({ rater: 'ben' }));
    await reviews.put(review({ session: '2' }));
    await reviews.put(
      review({ verdict: 'rejected', volumeAfterMl: null, diceWithEngine: null, maskSha256: null }),
    );
    const read = await reviews.read();
    expect(read.map(({ rater, session, verdict }) => [rater, session, verdict])).toEqual([
      ['anna', null, 'rejected'],
      ['ben', null, 'corrected'],
      ['anna', '2', 'corrected'],
    ]);
    expect(read[1]).toEqual(review({ rater: 'ben', note: 'left edge and more', volumeBeforeMl: 12.3457 }));
    expect(table().split('\n')[1]).toMatch(
      /^sub-01\tn\/a\tanna\trejected\tleft edge and more\t12\.3457\tn\/a\t/,
    );
  });

  it('is read as a spreadsheet saves it, with columns and lines of others left in place', async () => {
    const reviews = new Reviews(root);
    await reviews.put(review());
    const [head, line] = table().trimEnd().split('\n');
    writeFileSync(join(root, 'review.tsv'), `\uFEFF${head}\tward\r\n${line}\t7\r\n`);
    await reviews.put(review({ verdict: 'accepted' }));
    await reviews.put(review({ rater: 'ben' }));
    const lines = table().trimEnd().split('\n');
    expect(lines[0].endsWith('\tward')).toBe(true);
    expect(lines[1]).toMatch(/\taccepted\t.*\t7$/);
    expect(lines[2]).toMatch(/\tn\/a$/);
  });

  it('is not written over where it is another table', async () => {
    writeFileSync(join(root, 'review.tsv'), 'participant_id\tscore\nsub-01\t3\n');
    await expect(new Reviews(root).put(review())).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    expect(table()).toContain('score');
  });

  it('loses no line of two readers who write at the same time', async () => {
    const readers = ['anna', 'ben'].map((rater) =>
      spawn(process.execPath, [join(import.meta.dirname, '../../test/review-writer.ts'), root, rater, '25'], {
        stdio: 'inherit',
      }),
    );
    const codes = await Promise.all(readers.map((each) => once(each, 'close')));
    expect(codes.map(([code]) => code)).toEqual([0, 0]);
    const read = await new Reviews(root).read();
    expect(new Set(read.map(({ rater, subject }) => `${rater} ${subject}`)).size).toBe(50);
    expect(read).toHaveLength(50);
  });
});

describe('a rater', () => {
  it('has masks whose names BIDS allows, told apart from those of others', () => {
    expect(raterOf('A. Reader')).toEqual({ name: 'A. Reader', desc: 'reviewedAReader' });
    expect(raterOf('Jürgen Łoś-2').desc).toMatch(/^reviewed[A-Za-z0-9]+$/);
    expect(raterOf('reader').desc).toBe('reviewed');
    expect(wouldClash(raterOf('anna'), 'ANNA')).toBe(true);
    expect(wouldClash(raterOf('anna'), 'anna')).toBe(false);
    expect(wouldClash(raterOf('anna'), 'ben')).toBe(false);
    for (const name of ['', '  ', 'n/a', '王', 'a\tb', 'x'.repeat(65)])
      expect(() => raterOf(name)).toThrow('rater');
  });
});
