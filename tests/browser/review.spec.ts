import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzip, gzip } from '@atoll/volume/gzip';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import { writeNiftiMask } from '@atoll/volume/nifti-write';
import { test as base, expect, type Page, type Request } from '@playwright/test';
import { bidsVerdict } from '../../packages/cli/test/bids-verdict.ts';
import { ReviewProcess } from '../review-process.ts';
import { writeSmallCohort } from '../small-cohort.ts';
import { waitForImages } from './atoll.ts';
import { countColour } from './pixels.ts';

/** A reader goes through the 60 results of a derivative by keyboard, in the page that `atoll review` serves. */

const subjects = 60;
const scratch = mkdtempSync(join(tmpdir(), 'atoll-review-'));
const bids = join(scratch, 'phantoms');
let out = '';
const servers: ReviewProcess[] = [];

const test = base.extend<{ faults: string[]; underway: Set<Request> }>({
  underway: async ({ page }, use) => {
    const underway = new Set<Request>();
    page.on('request', (request) => underway.add(request));
    page.on('requestfinished', (request) => underway.delete(request));
    page.on('requestfailed', (request) => underway.delete(request));
    await use(underway);
  },
  faults: [
    async ({ page }, use) => {
      const faults: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
      });
      page.on('pageerror', ({ message }) => faults.push(message));
      await use(faults);
      // What is meant to go wrong: a mask that is refused, and a server that is killed.
      const meant = /WebGL|the server responded with a status of 422|ERR_CONNECTION_REFUSED/i;
      expect(faults.filter((fault) => !meant.test(fault))).toEqual([]);
    },
    { auto: true },
  ],
});

test.beforeAll(async () => {
  out = await writeSmallCohort(bids, subjects);
});
test.afterEach(async () => {
  for (const each of servers.splice(0)) await each.stop('SIGKILL');
});
test.afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function review(page: Page, ...args: string[]): Promise<ReviewProcess> {
  const server = await ReviewProcess.start(bids, ...args);
  servers.push(server);
  await page.goto(server.url);
  await waitForImages(page);
  return server;
}

const shown = (page: Page) => page.locator('.viewport-title');
const progress = (page: Page) => page.getByTestId('progress');
async function press(page: Page, key: string, next: string): Promise<void> {
  await page.keyboard.press(key);
  await expect(shown(page)).toHaveText(next);
  await expect(page.getByRole('button', { name: 'Accept', exact: true })).toBeEnabled();
}

type Row = Readonly<Record<string, string>>;
function rows(): Row[] {
  const [head, ...lines] = readFileSync(join(out, 'review.tsv'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  return lines.map((cells) => Object.fromEntries(head.map((name, at) => [name, cells[at]])));
}
const mask = (name: string) => join(out, name.slice(0, 6), 'dwi', name);

/** The engine's mask with a block of voxels added, saved with its first axis the other way. */
async function editedElsewhere(subject: string): Promise<string> {
  const { shape, affine, data } = await readNiftiMask(
    readFileSync(mask(`${subject}_desc-lesion_mask.nii.gz`)),
  );
  const [nx, ny, nz] = shape;
  const edited = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const [i, j, k] = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))];
    const isBlock = i > 10 && i < 15 && j > 20 && j < 25 && k > 10 && k < 14;
    if (data[at] !== 0 || isBlock) edited[nx - 1 - i + nx * (j + ny * k)] = 1;
  }
  const flipped = affine.map(([x, y, z, t]) => [-x, y, z, t + x * (nx - 1)]) as unknown as typeof affine;
  const path = join(scratch, `${subject}_edited.nii.gz`);
  writeFileSync(path, await gzip(writeNiftiMask({ shape: [nx, ny, nz], affine: flipped, data: edited })));
  return path;
}

test('a reader goes through a cohort by keyboard, breaks off, goes on, and another one follows', async ({
  page,
  underway,
}) => {
  const first = await review(page, '--rater', 'anna');
  expect(first.words).toContain('0 of 60 cases reviewed by anna');
  await expect(progress(page)).toContainText('0 of 60');
  await expect(shown(page)).toHaveText('sub-01');
  expect((await countColour(page, 'mask')).total).toBeGreaterThan(200);

  await press(page, 'j', 'sub-02');
  await press(page, 'k', 'sub-01');
  await press(page, 'y', 'sub-02');
  // Keys that are typed into a note are no verdicts.
  await page.keyboard.press('w');
  await page.keyboard.type('jy q: artefact');
  await page.keyboard.press('Enter');
  await press(page, 'q', 'sub-03');
  const sent = page.getByLabel('Corrected mask');
  await sent.setInputFiles(join(bids, 'sub-03/dwi/sub-03_adc.nii.gz'));
  await expect(page.getByRole('alert').getByText('MASK_', { exact: false })).toBeVisible();
  await sent.setInputFiles(await editedElsewhere('sub-03'));
  await expect(shown(page)).toHaveText('sub-04');
  for (let n = 4; n < 12; n++) await press(page, 'y', `sub-${String(n + 1).padStart(2, '0')}`);
  await expect(progress(page)).toContainText('11 of 60');
  // As the lights go out: nothing of it is lost. (Not while images are loading: that would be one more fault of the page.)
  await expect.poll(() => underway.size).toBe(0);
  await first.stop('SIGKILL');
  expect(rows()).toHaveLength(11);

  const again = await review(page, '--rater', 'anna');
  await expect(progress(page)).toContainText('11 of 60');
  await expect(shown(page)).toHaveText('sub-12');
  // Under the brush the keys of the review rest, and what is saved is the verdict.
  await page.keyboard.press('g');
  await expect(page.getByTestId('edited-volume')).toBeVisible();
  await page.keyboard.press('y');
  // Voxels of 4 mm: a millimetre at a time comes to one in the end.
  const saving = page.getByRole('button', { name: 'Save correction' });
  for (let grown = 0; grown < 6 && (await saving.isDisabled()); grown++)
    await page.getByRole('button', { name: 'Grow 1 mm' }).click();
  await saving.click();
  await expect(shown(page)).toHaveText('sub-13');
  await expect(progress(page)).toContainText('12 of 60');
  await page.getByRole('combobox', { name: 'Show' }).selectOption('done');
  await expect(page.locator('.review-case')).toHaveCount(12);
  await page.getByRole('combobox', { name: 'Show' }).selectOption('disagreement');
  await page.getByRole('combobox', { name: 'Show' }).selectOption('to-do');
  await page.getByRole('textbox', { name: 'From, mL' }).fill('20');
  await expect(page.locator('.review-case')).not.toHaveCount(48);
  await page.getByRole('textbox', { name: 'From, mL' }).fill('');
  await page.getByRole('combobox', { name: 'Show' }).selectOption('all');
  await page.locator('.review-case').nth(2).click();
  await expect(page.locator('[data-verdict="corrected"]')).toBeVisible();
  await waitForImages(page);
  await expect(page.getByText('The engine’s mask')).toBeVisible();
  expect(await again.stop()).toBe(0);

  const second = await review(page, '--rater', 'B. Reader');
  await expect(progress(page)).toContainText('0 of 60');
  // Each reads alone.
  await expect(page.getByRole('list', { name: 'Other readers' })).toHaveCount(0);
  await press(page, 'q', 'sub-02');
  await press(page, 'q', 'sub-03');
  await press(page, 'y', 'sub-04');
  await press(page, 'k', 'sub-03');
  await expect(page.getByRole('list', { name: 'Other readers' })).toContainText('Corrected by anna');
  await page.getByRole('combobox', { name: 'Show' }).selectOption('disagreement');
  await expect(page.locator('.review-case')).toHaveCount(2);
  expect(await second.stop()).toBe(0);

  const table = rows();
  expect(table).toHaveLength(15);
  expect(table.filter(({ rater }) => rater === 'anna').map(({ verdict }) => verdict)).toEqual([
    'accepted',
    'rejected',
    'corrected',
    ...Array.from({ length: 8 }, () => 'accepted'),
    'corrected',
  ]);
  const [, rejected, corrected] = table;
  expect(rejected).toMatchObject({
    participant_id: 'sub-02',
    note: 'jy q: artefact',
    volume_after_ml: 'n/a',
  });
  // Volumes are in µL at the finest, and their difference has no more digits.
  const added = Number((Number(corrected.volume_after_ml) - Number(corrected.volume_before_ml)).toFixed(3));
  // 4 × 4 × 3 voxels of 4 × 4 × 5.5 mm, but for those that the engine had marked.
  expect(added).toBeGreaterThan(1);
  expect(added).toBeLessThanOrEqual(4.224);
  expect(Number(corrected.dice_with_engine)).toBeGreaterThan(0.3);
  expect(Number(corrected.dice_with_engine)).toBeLessThan(1);
  const engine = readFileSync(mask('sub-01_desc-lesion_mask.nii.gz'));
  expect(await gunzip(readFileSync(mask('sub-01_desc-reviewedAnna_mask.nii.gz')), 1e9)).toEqual(
    await gunzip(engine, 1e9),
  );
  expect(readFileSync(mask('sub-03_desc-reviewedBReader_mask.nii.gz')).length).toBeGreaterThan(100);
  expect((await bidsVerdict(out)).errors).toEqual([]);

  await page.goto(pathToFileURL(join(out, 'group.html')).href);
  await expect(page.getByText('12 of 60 reviewed')).toBeVisible();
  const readers = page.getByRole('row');
  await expect(readers.filter({ hasText: 'anna' }).first()).toContainText('anna9');
  await expect(readers.filter({ hasText: 'anna and B. Reader' })).toContainText('1 of 3');
  await expect(page.getByRole('img', { name: /Bland–Altman.*anna and B\. Reader/ })).toBeVisible();
  await page.getByRole('link', { name: 'corrected by anna' }).first().click();
  await expect(page.locator('.standing')).toContainText('Corrected, not yet accepted');
  await page.goto(pathToFileURL(mask('sub-01_desc-lesion_report.html')).href);
  await expect(page.locator('.standing')).toContainText('Readers disagree');
  await expect(page.getByText('Not reviewed')).toHaveCount(0);
});
