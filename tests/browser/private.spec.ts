import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { hasRealData, realData } from '../../packages/cli/test/real-data.ts';
import { expect, test, waitForResult } from './atoll.ts';
import { waitForLayers } from './comparison.ts';
import { seriousFaults } from './faults.ts';
import { type StaticHost, startStaticHost } from './hosts.ts';
import { countColour } from './pixels.ts';
import { cutOff } from './silence.ts';

/** The page on a host of files, with no service anywhere, and a reader's own images. */

const run = promisify(execFile);
const atoll = join(import.meta.dirname, '../../packages/cli/bin/atoll.js');
const isles = (role: string) =>
  join(realData, `isles22-sub-strokecase0001/sub-strokecase0001_ses-0001_${role}.nii.gz`);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let host: StaticHost;
const scratch = mkdtempSync(join(tmpdir(), 'atoll-private-'));
test.beforeAll(async () => {
  host = await startStaticHost(null);
});
test.afterAll(async () => {
  await host.close();
  rmSync(scratch, { recursive: true });
});

async function download(page: Page, name: string): Promise<Buffer> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name }).click();
  return readFileSync(await (await coming).path());
}

/** The run takes a second or so: quicker than a test looks for the button. */
async function cancelAtOnce(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watch = new MutationObserver(() => {
      const button = document.querySelector<HTMLElement>('[aria-label="Progress"] button');
      if (button === null) return;
      watch.disconnect();
      button.click();
    });
    watch.observe(document.body, { childList: true, subtree: true });
  });
}

test('own images are run in the page without a single request, to the same mask as on a server', async ({
  page,
  faults,
}) => {
  test.skip(!hasRealData, `Real images are not there: ${realData}`);
  // There is no service to ask for cases.
  faults.allow(/404/);
  await page.goto(host.origin);
  await expect(page.getByRole('heading', { name: 'No service' })).toBeVisible();
  await page.getByRole('button', { name: 'Open local images' }).click();
  await expect(page.getByRole('button', { name: 'Choose a folder' })).toBeVisible();
  await expect(page.getByText('Ready to work offline')).toBeVisible();
  const asked = await cutOff(page);

  await page
    .locator('input[type=file]:not([webkitdirectory])')
    .setInputFiles([isles('dwi'), isles('adc'), isles('msk'), join(realData, 'README.md')]);
  await expect(page.getByRole('heading', { name: '3 images found' })).toBeFocused();
  for (const [image, role] of Object.entries({ dwi: 'DWI', adc: 'ADC', msk: 'Reference mask' })) {
    const select = page.getByLabel(`Role of sub-strokecase0001_ses-0001_${image}`);
    await expect(select.locator('option:checked')).toHaveText(role);
  }
  await page.getByText('1 file not used').click();
  await expect(page.getByText('README.md')).toBeVisible();
  expect(await seriousFaults(page)).toEqual([]);

  const go = page.getByRole('button', { name: 'Run locally (nothing is uploaded)' });
  await cancelAtOnce(page);
  await go.click();
  await expect(page.getByRole('heading', { name: 'Cancelled' })).toBeVisible();
  await page.getByRole('button', { name: 'Run again' }).click();
  await waitForResult(page);
  // The largest piece is 1 mL, and the cross lies over it.
  expect((await countColour(page, 'mask')).total).toBeGreaterThan(15);
  await expect(page.getByRole('row', { name: /^Dice 0\.[56]/ })).toBeVisible();

  await page.getByText('Brain outline', { exact: true }).click();
  await waitForLayers(page);
  expect((await countColour(page, 'brain')).total).toBeGreaterThan(100);

  // A result that is nowhere else is not lost by a slip.
  const asks = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asks;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('button', { name: 'Keep result' }).click();

  const mask = await download(page, 'Mask (NIfTI)');
  await expect(page.getByText('Saved. The browser itself keeps nothing.')).toBeVisible();
  const zip = unzipSync(await download(page, 'All files (ZIP)'));
  expect(Object.keys(zip).sort()).toEqual([
    'adc.nii.gz',
    'brain_msk.nii.gz',
    'dwi.nii.gz',
    'lesion_msk.nii.gz',
    'reference.nii.gz',
    'report.html',
    'report.json',
    'report.pdf',
  ]);
  const args = ['segment', '--dwi', isles('dwi'), '--adc', isles('adc'), '--out', scratch, '--json'];
  const { stdout } = await run(process.execPath, [atoll, ...args]);
  const [here, there] = [JSON.parse(Buffer.from(zip['report.json']).toString()), JSON.parse(stdout)];
  expect(sha256(gunzipSync(mask))).toBe(sha256(gunzipSync(readFileSync(join(scratch, 'lesion_msk.nii.gz')))));
  expect(sha256(mask)).toBe(there.provenance.outputSha256);
  expect(here.provenance.outputSha256).toBe(there.provenance.outputSha256);
  for (const part of ['volumeMl', 'lesions', 'quality', 'warnings', 'plainLook', 'brain']) {
    expect({ [part]: here[part] }).toEqual({ [part]: there[part] });
  }

  // A correction is saved from here, too, and asks nobody either.
  const saved = new Map<string, Buffer>();
  page.on('download', async (file) => saved.set(file.suggestedFilename(), readFileSync(await file.path())));
  await page.getByRole('button', { name: 'Review or edit' }).click();
  await page.getByRole('button', { name: 'Delete lesion 1', exact: true }).click();
  await page.getByLabel('Your name').fill('A. Reader');
  await page.getByRole('button', { name: 'Save correction' }).click();
  await expect
    .poll(() => [...saved.keys()].sort())
    .toEqual(['lesion_msk_revised.nii.gz', 'report_revised.json']);
  const revised = JSON.parse(String(saved.get('report_revised.json')));
  expect(revised.revision).toMatchObject({ author: 'A. Reader', verdict: 'corrected' });
  expect(revised.volumeMl).toBeCloseTo(there.volumeMl - there.lesions[0].volumeMl, 5);
  expect(asked).toEqual([]);
});
