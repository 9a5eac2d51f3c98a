import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSourceSlices } from '@atoll/dicom/seg/source-slice';
import type { Page } from '@playwright/test';
import { paintLesion, storedFromOtherSide, turned } from '../../packages/dicom/test/paint-lesion.ts';
import { philipsSeries, philipsZip, withoutPhilips } from '../../packages/dicom/test/philips-series.ts';
import { choosePlane, expect, test, waitForResult } from './atoll.ts';
import { freePort, type StaticHost, startStaticHost } from './hosts.ts';
import { countColour } from './pixels.ts';
import { cutOff } from './silence.ts';

/** A real DICOM series of 544 files, on a page whose service sleeps. */

let host: StaticHost;
const scratch = mkdtempSync(join(tmpdir(), 'atoll-dicom-'));
test.beforeAll(async () => {
  host = await startStaticHost(`http://localhost:${await freePort()}`);
});
test.afterAll(async () => {
  await host.close();
  rmSync(scratch, { recursive: true });
});

/** Opens the page, which tries to wake its service, and the reader's own images in it. */
async function openOwnImages(page: Page): Promise<void> {
  await page.goto(host.origin);
  await expect(page.getByLabel('Connection')).toContainText('The service is waking up');
  const converter = page.waitForResponse(/\.wasm$/);
  await page.getByRole('button', { name: 'Open local images' }).click();
  await (await converter).finished();
}

/** Brings files to a page that is cut off from everything; gives what it asks for none the less. */
async function bring(page: Page, what: 'files' | 'folder', path: string): Promise<string[]> {
  const picker = what === 'folder' ? 'input[webkitdirectory]' : 'input[type=file]:not([webkitdirectory])';
  await page.locator(picker).setInputFiles(path);
  // From here on the page asks for its service no more.
  const asked = await cutOff(page);
  await expect(page.getByLabel('Connection')).toHaveCount(0);
  await expect(page.getByRole('heading', { name: '1 image found' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('list', { name: 'Images' })).toContainText('544 files');
  await expect(page.getByRole('list', { name: 'Images' })).toContainText('5 × b 0, 12 × b 1000');
  await expect(page.getByRole('combobox').locator('option:checked')).toHaveText('DWI and b0');
  await expect(page.getByLabel('Derived images')).toContainText('geometric mean of 12 directions');
  await expect(page.getByLabel('Derived images')).toContainText('ln(b0 / DWI) / 1000 s/mm²');
  return asked;
}

test('a ZIP of DICOM is recognised and converted without a request; reading can be cancelled', async ({
  page,
  faults,
}) => {
  test.skip(withoutPhilips, 'The real series is not there.');
  faults.allow(/Failed to load resource|ERR_|CORS policy/);
  await openOwnImages(page);
  await page.locator('input[type=file]:not([webkitdirectory])').setInputFiles(philipsZip);
  await page.getByLabel('Reading').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Choose files' })).toBeVisible();
  expect(await bring(page, 'files', philipsZip)).toEqual([]);
});

test('a lesion painted into a folder of tilted DICOM images is found and drawn on its side', async ({
  page,
  faults,
}) => {
  test.skip(withoutPhilips, 'The real series is not there.');
  faults.allow(/Failed to load resource|ERR_|CORS policy/);
  const painted = paintLesion(await philipsSeries(), 'left');
  const folder = join(scratch, 'series', 'deeper');
  mkdirSync(folder, { recursive: true });
  // An oblique grid whose first axis runs the other way than usual.
  for (const [at, bytes] of turned(storedFromOtherSide(painted.files), 'z', 12).entries()) {
    writeFileSync(join(folder, `IM_${at}`), bytes);
  }
  await openOwnImages(page);
  const asked = await bring(page, 'folder', join(scratch, 'series'));
  await page.getByRole('button', { name: 'Run locally (nothing is uploaded)' }).click();
  await waitForResult(page);
  const lesion = page.getByLabel('Lesions').getByRole('button').first();
  await expect(lesion).toContainText('Left');
  await lesion.click();
  await expect(page.getByTestId('position')).toHaveText(/^L /);
  for (const plane of ['Axial', 'Coronal']) {
    await choosePlane(page, plane);
    const seen = await countColour(page, 'mask');
    expect(seen.total).toBeGreaterThan(200);
    // Radiological: the patient's left is on the right of the picture.
    expect(seen.right / seen.total).toBeGreaterThan(0.95);
  }

  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'DICOM SEG' }).click();
  const frames = readSourceSlices(readFileSync(await (await coming).path()));
  const [source] = readSourceSlices(painted.files[0]);
  expect(frames.length).toBeGreaterThan(5);
  expect(frames[0].studyUid).toBe(source.studyUid);
  expect(frames[0].frameOfReferenceUid).toBe(source.frameOfReferenceUid);
  expect(asked).toEqual([]);
});
