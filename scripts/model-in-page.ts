import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { startAtoll } from '../tests/browser/atoll.ts';
import { buildPage } from './build-page.ts';
import { ensureChromium } from './chromium.ts';

type Images = { readonly dwi: string; readonly adc: string };

/**
 * Runs a model on images in the page, in a real Chromium, as a reader would: the model is added to the browser, then each
 * case is opened and run.
 * @param runtime folder of ONNX Runtime. @param folder of the model. @param files of the model, by name.
 * @returns the masks (.nii.gz) in the order of the cases.
 */
export async function segmentInPage(
  runtime: string,
  {
    folder,
    files,
    title,
  }: { readonly folder: string; readonly files: readonly string[]; readonly title: string },
  cases: readonly Images[],
): Promise<Buffer[]> {
  await buildPage();
  const dataDir = mkdtempSync(join(tmpdir(), 'atoll-model-in-page-'));
  symlinkSync(runtime, join(dataDir, 'onnxruntime'));
  const service = await startAtoll({ ATOLL_DATA_DIR: dataDir });
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    args: ['--no-sandbox', '--disable-3d-apis'],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(600_000);
    await openLocalImages(page, service.url);
    await page.getByText('Models of your own').click();
    await page
      .locator('.models-panel input[type=file]:not([webkitdirectory])')
      .setInputFiles(files.map((name) => join(folder, name)));
    await page.getByRole('button', { name: 'Accept the licence and add' }).click();
    await page.getByRole('list', { name: 'Models in this browser' }).waitFor();
    const masks: Buffer[] = [];
    for (const images of cases) {
      await openLocalImages(page, service.url);
      masks.push(await maskOf(page, images, title));
    }
    return masks;
  } finally {
    await browser.close();
    await service.stop();
    rmSync(dataDir, { recursive: true });
  }
}

async function openLocalImages(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: 'Open local images' }).click();
  await page.getByText('Ready to work offline').waitFor();
}

async function maskOf(page: Page, { dwi, adc }: Images, title: string): Promise<Buffer> {
  await page.locator('.chooser > .row input[type=file]:not([webkitdirectory])').setInputFiles([dwi, adc]);
  // nnU-Net's names say nothing: which image is which is said as a reader would.
  const roles = page.locator('select[aria-label^="Role of"]');
  await roles.first().waitFor();
  for (const [path, role] of [
    [dwi, 'DWI'],
    [adc, 'ADC'],
  ]) {
    const name =
      path
        .split('/')
        .at(-1)
        ?.replace(/\.nii\.gz$/, '') ?? '';
    await page.getByLabel(`Role of ${name}`).selectOption({ label: role });
  }
  await page.getByText(title, { exact: true }).first().click();
  await page.getByRole('button', { name: 'Run locally (nothing is uploaded)' }).click();
  await page.getByLabel('Lesion volume').waitFor();
  // Exactly this one: the brain has a mask as well.
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Mask (NIfTI)', exact: true }).click(),
  ]);
  return readFileSync(await download.path());
}
