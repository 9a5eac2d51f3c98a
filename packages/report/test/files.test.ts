import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { popplerPrograms } from '../../../scripts/poppler.ts';
import { contentOf, type ReportContent } from '../src/content.ts';
import { writeHtml } from '../src/html.ts';
import { writePdf } from '../src/pdf.ts';
import { drawImages } from '../src/pictures.ts';
import { sampleImages, sampleReport } from './sample-report.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-report-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const long = 'Prof. Dr. Maximiliane-Friederike von und zu Oberunterhausen-Mittelbach';
const unbroken = 'x'.repeat(400);

function contentWith(lesionCount: number, label: string | null = null): ReportContent {
  const report = sampleReport({
    lesionCount,
    warnings: [
      { code: 'A', severity: 'serious', message: `Look at this <b>first</b> & "well": ${unbroken}` },
    ],
  });
  return contentOf({
    report,
    subject: { label, studyDate: null },
    images: drawImages({ ...sampleImages(), flair: null }, report),
  });
}

/** The text of each page, as Poppler reads it. */
function pagesOf(pdf: Uint8Array): string[] {
  const path = join(folder, 'report.pdf');
  writeFileSync(path, pdf);
  const { stdout, stderr, status } = spawnSync(popplerPrograms().text, ['-layout', path, '-'], {
    encoding: 'utf8',
  });
  if (status !== 0 || stderr !== '') throw new Error(stderr);
  return stdout.split('\f').slice(0, -1);
}

describe('a report as HTML', () => {
  it('asks nobody for anything, and forbids it', () => {
    const html = writeHtml(contentWith(2));
    const links = [...html.matchAll(/(?:src|href|url|srcset|action)\s*[=(]\s*["']?([^"')\s>]{1,40})/gi)];
    expect(links.length).toBeGreaterThan(1);
    expect(links.map(([, target]) => target.slice(0, 22))).toEqual(links.map(() => 'data:image/png;base64,'));
    expect(html).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`);
    expect(html).not.toContain('<script');
  });

  it('writes what readers and images say as text', () => {
    const html = writeHtml(contentWith(1, '<img src=x onerror=alert(1)>'));
    expect(html).not.toContain('<img src=x');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html).toContain('Look at this &lt;b&gt;first&lt;/b&gt; &amp; &quot;well&quot;');
  });

  it('has the warnings before the figures', () => {
    const html = writeHtml(contentWith(1));
    expect(html.indexOf('Look at this')).toBeLessThan(html.indexOf('Volume of the mask'));
    expect(html.indexOf('Not reviewed')).toBeLessThan(html.indexOf('Look at this'));
  });
});

describe('a report as PDF', () => {
  it.each([0, 1, 40])(
    'says with %i lesions on each page what it is and that nobody has reviewed it',
    async (count) => {
      const pages = pagesOf(await writePdf(contentWith(count)));
      expect(pages.length).toBeGreaterThan(2);
      for (const [at, page] of pages.entries()) {
        expect(page).toContain('Research software, not a medical device.');
        expect(page).toContain('Not reviewed');
        expect(page).toContain(`${at + 1} of ${pages.length}`);
      }
      const text = pages.join('\n');
      expect(text).toContain('central, middle third'.slice(0, count === 0 ? 0 : 99));
      expect(text.match(/^ *\d+ +\d+\.\d\d +(?:left|right)/gm) ?? []).toHaveLength(count);
    },
  );

  it('repeats the head of a table that goes on over a page', async () => {
    const pages = pagesOf(await writePdf(contentWith(40)));
    expect(pages.filter((page) => page.includes('Lowest')).length).toBeGreaterThan(1);
  });

  it('breaks words that are too long and keeps names with accents', async () => {
    const pages = pagesOf(await writePdf(contentWith(1, `${long} Müller Łukasz`)));
    expect(pages[0].replace(/\s+/g, ' ')).toContain(`${long} Müller Lukasz`);
    expect(pages.join('').split('x').length - 1).toBeGreaterThan(399);
  });

  it('says that letters are missing where its fonts have none', async () => {
    const pages = pagesOf(await writePdf(contentWith(1, '山田 太郎')));
    expect(pages[0]).toContain('?? ??');
    expect(pages.join(' ')).toContain('the HTML report has them');
  });

  it('is the same bytes for the same result', async () => {
    expect(await writePdf(contentWith(3))).toEqual(await writePdf(contentWith(3)));
  });
});
