import { describe, expect, it } from 'vitest';
import { type CohortCase, writeGroupPage } from './group-page.ts';

const done = (id: string, volumeMl: number, change: Partial<CohortCase> = {}): CohortCase => ({
  id,
  status: 'done',
  page: `${id}/dwi/${id}_report.html`,
  thumbnail: `${id}/dwi/${id}_thumbnail.png`,
  volumeMl,
  lesionCount: volumeMl > 0 ? 1 : 0,
  location: volumeMl > 0 ? 'left MCA' : null,
  possiblyMissedMl: 0,
  dice: null,
  warnings: [],
  error: null,
  reviews: [],
  outdatedReviews: 0,
  ...change,
});
const failed = (id: string): CohortCase => ({
  ...done(id, 0),
  ...{ status: 'failed', page: null, thumbnail: null, volumeMl: null, error: 'There is no brain.' },
});
const pageOf = (cases: readonly CohortCase[]) =>
  writeGroupPage({ title: 'Ward 7', notice: 'Research only.', cases, figures: [], agreement: null });
const orderIn = (page: string, ids: readonly string[]) =>
  [...ids].sort((a, b) => page.indexOf(`>${a}<`) - page.indexOf(`>${b}<`));

describe('the page of a cohort', () => {
  it('has failures first, then serious warnings, then the largest', async () => {
    const grave = done('sub-04', 1, { warnings: [{ severity: 'serious', message: 'Look here.' }] });
    const page = await pageOf([done('sub-01', 2), failed('sub-02'), done('sub-03', 30), grave]);
    expect(orderIn(page, ['sub-01', 'sub-02', 'sub-03', 'sub-04'])).toEqual([
      'sub-02',
      'sub-04',
      'sub-03',
      'sub-01',
    ]);
    expect(page).toContain('3 of 4 cases have a mask, 1 failed, none reviewed.');
    expect(page).toContain('There is no brain.');
  });

  it('says of each mask whether somebody reviewed it', async () => {
    const page = await pageOf([
      done('sub-01', 2),
      done('sub-02', 3, { reviews: [{ words: 'accepted by A', page: null }] }),
    ]);
    expect(page).toContain('1 of 2 reviewed');
    expect(page.split('Not reviewed')).toHaveLength(2);
    expect(page).toContain('accepted by A');
  });

  it('counts volumes in bars, empty masks apart', async () => {
    const page = await pageOf([0, 0, 0.05, 2, 2, 2, 150].map((volume, n) => done(`sub-0${n}`, volume)));
    const counts = [...page.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, text]) => text);
    const bars = counts.filter((_, n) => n % 2 === 0).slice(0, 9);
    expect(bars).toEqual(['2', '1', '0', '0', '3', '0', '0', '0', '1']);
  });

  it('writes names as text and as parts of an address', async () => {
    const page = await pageOf([done('sub-<b>"1', 2)]);
    expect(page).not.toContain('<b>');
    expect(page).toContain('href="sub-%3Cb%3E%221/dwi/');
  });

  it('stays small for many cases: thumbnails lie beside it', async () => {
    const page = await pageOf(Array.from({ length: 500 }, (_, n) => done(`sub-${n}`, n / 10)));
    expect(page.length).toBeLessThan(500_000);
    expect(page.match(/loading="lazy"/g)).toHaveLength(500);
  });
});
