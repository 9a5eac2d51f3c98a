import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Job } from '@atoll/contract/jobs';
import { writeGroupPage } from '@atoll/report/cohort/group-page';
import { writeReport } from '@atoll/report/report-files';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { chooseCase, expect, run, test, waitForResult } from './atoll.ts';

/** The report that a page makes of a result, opened as a reader opens it: from disk, with nothing else there. */

const scratch = mkdtempSync(join(tmpdir(), 'atoll-report-'));
test.afterAll(() => rmSync(scratch, { recursive: true }));

async function download(page: Page, name: string): Promise<Buffer> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name }).click();
  return readFileSync(await (await coming).path());
}

/** Where the outline lies in the third picture of the first row: 0 at its left edge, 1 at its right one. */
async function outlineAcross(page: Page): Promise<{ pixels: number; across: number }> {
  return page.evaluate(async () => {
    const image = document.querySelector('img');
    if (image === null) throw new Error('There is no picture.');
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('Nothing can be drawn.');
    context.drawImage(image, 0, 0);
    const { data, width } = context.getImageData(0, 0, canvas.width, canvas.height);
    const panel = (width - 8) / 3;
    let [pixels, sum] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
      if (data[at] !== 255 || data[at + 1] !== 159 || data[at + 2] !== 28) continue;
      pixels++;
      sum += ((at / 4) % width) - 2 * (panel + 4);
    }
    return { pixels, across: sum / pixels / panel };
  });
}

test('a report is the same in the page as in Node, opens from disk, asks nobody, and left is left', async ({
  page,
  server,
  context,
}) => {
  await page.goto('/');
  await chooseCase(page, 'Phantom: one large infarct, left');
  await run(page);
  await waitForResult(page);
  const html = await download(page, 'Report (HTML)');
  const pdf = await download(page, 'Report (PDF)');

  const jobId = new URL(page.url()).searchParams.get('job');
  const { result } = Job.parse(await (await fetch(`${server.url}/api/jobs/${jobId}`)).json());
  if (result === null) throw new Error('There is a result.');
  const open = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer());
  const [dwi, adc, mask] = await Promise.all([result.dwiUrl, result.adcUrl, result.predictionUrl].map(open));
  const made = await writeReport({
    report: result.report,
    subject: { label: 'phantom-large-left', studyDate: null },
    files: { dwi, adc, mask },
  });
  expect(html.equals(Buffer.from(made.get('report.html') ?? []))).toBe(true);
  expect(pdf.equals(Buffer.from(made.get('report.pdf') ?? []))).toBe(true);

  const path = join(scratch, 'report.html');
  writeFileSync(path, html);
  const reader = await context.newPage();
  const asked: string[] = [];
  reader.on('request', (request) => asked.push(request.url().slice(0, 30)));
  await reader.goto(pathToFileURL(path).href);
  await expect(reader.getByText('Not reviewed', { exact: true })).toBeVisible();
  await expect(reader.getByRole('heading', { name: 'Key images' })).toBeVisible();
  expect(asked.filter((url) => !url.startsWith('file:') && !url.startsWith('data:image/png'))).toEqual([]);
  // Seen from the feet: the patient's left is on the right.
  const { pixels, across } = await outlineAcross(reader);
  expect(pixels).toBeGreaterThan(100);
  expect(across).toBeGreaterThan(0.55);
  const { violations } = await new AxeBuilder({ page: reader }).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  for (const colorScheme of ['light', 'dark'] as const) {
    await reader.emulateMedia({ colorScheme });
    const ground = await reader.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(16, 17, 20)');
  }
});

test('a cohort’s page opens from disk and is sorted by its heads', async ({ page }) => {
  const cases = [3, 40, 0.5].map((volumeMl, n) => ({
    id: `sub-0${n + 1}`,
    status: 'done' as const,
    page: null,
    thumbnail: null,
    volumeMl,
    lesionCount: n,
    location: ['left MCA', 'right PCA', 'left ACA'][n],
    possiblyMissedMl: null,
    dice: null,
    warnings: [],
    error: null,
    reviews: [],
    outdatedReviews: 0,
  }));
  const path = join(scratch, 'group.html');
  writeFileSync(
    path,
    await writeGroupPage({ title: 'Ward 7', notice: 'Research only.', cases, figures: [], agreement: null }),
  );
  await page.goto(pathToFileURL(path).href);
  const order = () => page.locator('.cases tbody tr td:nth-child(2)').allTextContents();
  expect(await order()).toEqual(['sub-02', 'sub-01', 'sub-03']);
  await page.getByRole('button', { name: 'Case' }).click();
  expect(await order()).toEqual(['sub-01', 'sub-02', 'sub-03']);
  await page.getByRole('button', { name: 'Volume, mL' }).click();
  expect(await order()).toEqual(['sub-02', 'sub-01', 'sub-03']);
  await page.getByRole('button', { name: 'Volume, mL' }).click();
  expect(await order()).toEqual(['sub-03', 'sub-01', 'sub-02']);
  await expect(page.locator('th[aria-sort="ascending"]')).toHaveText('Volume, mL');
});
