import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { infarctNetwork, writeModelFolder } from '../../packages/models/test/small-model.ts';
import { expect, test, waitForResult } from './atoll.ts';
import { drop } from './drop.ts';
import { seriousFaults } from './faults.ts';
import { type LabService, startLabService, writeImages } from './lab-model.ts';
import { cutOff, letOut } from './silence.ts';

/** Models of a reader's own in the page: kept in the browser, run there, and sent to nobody. */

const run = promisify(execFile);
const atoll = join(import.meta.dirname, '../../packages/cli/bin/atoll.js');
const out = mkdtempSync(join(tmpdir(), 'atoll-browser-out-'));
let service: LabService;
let images: { readonly dwi: string; readonly adc: string };

test.beforeAll(async () => {
  service = await startLabService();
  images = await writeImages();
});
test.afterAll(async () => {
  await service.remove();
  for (const folder of [out, dirname(images.dwi)]) rmSync(folder, { recursive: true });
});

// Chromium says it itself.
test.beforeEach(({ faults }) => faults.allow(/No available adapters/));

async function openPanel(page: Page): Promise<void> {
  await page.goto(service.url);
  await page.getByRole('button', { name: 'Open local images' }).click();
  await page.getByText('Models of your own').click();
  await expect(page.getByText('ONNX Runtime is here')).toBeVisible();
  await expect(page.getByText('Ready to work offline')).toBeVisible();
}

test('a model that is dropped on the page is kept there, and runs on local images without a request, to the mask of the command line', async ({
  page,
}) => {
  await openPanel(page);
  const asked = await cutOff(page);
  await drop(page, [service.modelFolder]);
  const offer = page.getByRole('alertdialog', { name: 'Add this model to the browser?' });
  await expect(offer).toContainText('CC-BY-4.0');
  await expect(offer).toContainText('DWI, ADC');
  expect(await seriousFaults(page)).toEqual([]);
  await offer.getByRole('button', { name: 'Accept the licence and add' }).click();
  await expect(page.getByRole('list', { name: 'Models in this browser' })).toContainText('Small model');
  expect(await seriousFaults(page)).toEqual([]);

  await page
    .locator('.chooser > .row input[type=file]:not([webkitdirectory])')
    .setInputFiles([images.dwi, images.adc]);
  await page.getByText('Small model', { exact: true }).first().click();
  await expect(page.getByRole('radio', { name: /^Small model/ })).toBeChecked();
  // Patches are done quicker than a test looks, and than a page draws: what the worker says is kept.
  await page.evaluate(() => {
    const said: string[] = [];
    Reflect.set(window, 'said', said);
    window.Worker = class extends Worker {
      constructor(address: string | URL, options?: WorkerOptions) {
        super(address, options);
        this.addEventListener('message', ({ data }) => said.push(data?.progress?.message ?? ''));
      }
    };
  });
  await page.getByRole('button', { name: 'Run locally (nothing is uploaded)' }).click();
  await waitForResult(page);
  const said = await page.evaluate(() => [...Reflect.get(window, 'said')].map(String));
  const patches = said.flatMap((message) => /patch (\d+ of \d+)/.exec(message)?.[1] ?? []);
  const all = Number(patches.at(-1)?.split(' ').at(-1));
  expect(all).toBeGreaterThan(1);
  expect(patches).toEqual(Array.from({ length: all }, (_, at) => `${at + 1} of ${all}`));

  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'All files (ZIP)' }).click();
  const zip = unzipSync(readFileSync(await (await coming).path()));
  const args = ['segment', '--dwi', images.dwi, '--adc', images.adc, '--engine', 'small'];
  await run(
    process.execPath,
    [atoll, ...args, '--option', 'probability', '--save-brain', '--out', out, '--no-report'],
    {
      env: { ...process.env, ATOLL_DATA_DIR: service.dataDir },
    },
  );
  const there = (name: string) => gunzipSync(readFileSync(join(out, name)));
  for (const name of ['lesion_msk.nii.gz', 'probability.nii.gz', 'brain_msk.nii.gz'])
    expect({ [name]: gunzipSync(zip[name]).equals(there(name)) }).toEqual({ [name]: true });
  const [mine, theirs] = [
    JSON.parse(Buffer.from(zip['report.json']).toString()),
    JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')),
  ];
  for (const part of ['volumeMl', 'lesions', 'quality', 'warnings', 'plainLook'])
    expect({ [part]: mine[part] }).toEqual({ [part]: theirs[part] });
  expect(mine.probability.threshold).toBe(theirs.probability.threshold);
  expect(mine.provenance.parameters).toMatchObject({
    runtime: 'wasm',
    licence: 'CC-BY-4.0',
    onnxruntime: '1.30.0',
  });
  expect(mine.provenance.parameters.webgpu).toMatch(/^not used: /);

  const panel = page.getByRole('region', { name: 'Probability map' });
  await panel.getByRole('slider', { name: 'Threshold' }).focus();
  await page.keyboard.press('Home');
  await expect(panel).toContainText(/Above 0\.01\s*[\d.]+ mL/);
  await expect(panel).toContainText('Not the engine’s own answer');
  expect(asked).toEqual([]);

  // It is there in the next visit, until it is removed.
  await letOut(page);
  page.on('dialog', (dialog) => dialog.accept());
  await openPanel(page);
  const list = page.getByRole('list', { name: 'Models in this browser' });
  await expect(list).toContainText('Small model');
  await page.getByRole('button', { name: 'Remove Small model' }).click();
  await expect(list).toBeHidden();
  await openPanel(page);
  await expect(list).toBeHidden();
});

test('a model whose run is cancelled in the page ends within its patch, and one that is not sound is refused with the code of the terminal', async ({
  page,
}) => {
  await openPanel(page);
  const chooseFiles = page.locator('.models-panel input[type=file]:not([webkitdirectory])');
  const other = writeModelFolder({ inputs: [{ role: 'dwi', normalisation: { scheme: 'z-score' } }] });
  const filesOf = (folder: string) => ['atoll-model.json', 'fold_0.onnx'].map((name) => join(folder, name));
  await chooseFiles.setInputFiles(filesOf(other));
  const refused = page.getByRole('alertdialog', { name: 'This model was not added' });
  await expect(refused).toContainText('MODEL_CHANNELS');
  await expect(refused).toContainText('fold_0.onnx takes 2 channels; atoll-model.json names 1 (DWI).');
  await refused.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('list', { name: 'Models in this browser' })).toBeHidden();

  // One patch of it, with all its layers, takes minutes: whoever waited for its end would be noticed.
  const patch = [96, 160, 160];
  const slow = writeModelFolder({ id: 'slow', title: 'Slow model', patch, spacingMm: [1, 1, 1] }, [
    { ...infarctNetwork, patch, repeats: 4000 },
  ]);
  await chooseFiles.setInputFiles(filesOf(slow));
  await page.getByRole('button', { name: 'Accept the licence and add' }).click();
  await expect(page.getByRole('list', { name: 'Models in this browser' })).toContainText('Slow model');
  await page
    .locator('.chooser > .row input[type=file]:not([webkitdirectory])')
    .setInputFiles([images.dwi, images.adc]);
  await page.getByText('Slow model', { exact: true }).first().click();
  await page.getByRole('button', { name: 'Run locally (nothing is uploaded)' }).click();
  const progress = page.getByRole('region', { name: 'Progress' });
  await expect(progress).toContainText('Loading the model');
  await progress.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { name: 'Cancelled' })).toBeVisible();
  await expect.poll(() => page.workers().length).toBe(0);
  for (const folder of [other, slow]) rmSync(folder, { recursive: true });
});
