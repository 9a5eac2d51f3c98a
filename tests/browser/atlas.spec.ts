import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { hasRealData, realData } from '../../packages/cli/test/real-data.ts';
import { expectAtlasOverImages, startWithAtlas } from './atlas-overlay.ts';
import { expect, type RunningAtoll, test, waitForResult } from './atoll.ts';
import { cutOff } from './silence.ts';

const atoll = join(import.meta.dirname, '../../packages/cli/bin/atoll.js');
const image = (role: string) =>
  join(realData, `isles22-sub-strokecase0001/sub-strokecase0001_ses-0001_${role}.nii.gz`);

let server: (RunningAtoll & { remove(): void }) | null = null;
// Whole runs of a real case, placed, on a machine that may have much else to do.
test.describe.configure({ timeout: 300_000 });
test.skip(!hasRealData, `Real images are not there: ${realData}`);
test.beforeAll(async () => {
  if (hasRealData) server = await startWithAtlas();
});
test.afterAll(async () => {
  await server?.stop();
  server?.remove();
});

test('a result says where its lesions lie, and the atlas can be laid over the images', async ({ page }) => {
  await expectAtlasOverImages(page, server?.url ?? '');
});

test('own images are placed in the page without a request, to the same bytes as in Node', async ({
  page,
}) => {
  await page.goto(server?.url ?? '');
  await page.getByRole('button', { name: 'Open local images' }).click();
  await expect(page.getByRole('button', { name: 'Choose a folder' })).toBeVisible();
  await expect(page.getByText('Ready to work offline')).toBeVisible();
  const asked = await cutOff(page);
  await page.locator('input[type=file]:not([webkitdirectory])').setInputFiles([image('dwi'), image('adc')]);
  await page.getByRole('button', { name: 'Run locally (nothing is uploaded)' }).click();
  await waitForResult(page);
  await expect(page.getByRole('region', { name: 'Location' }).locator('.place')).toHaveText(/^left MCA/);
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'All files (ZIP)' }).click();
  const zip = unzipSync(readFileSync(await (await coming).path()));
  const out = mkdtempSync(join(tmpdir(), 'atoll-atlas-same-'));
  try {
    const args = ['segment', '--dwi', image('dwi'), '--adc', image('adc'), '--out', out, '--space', 'MNI152'];
    await promisify(execFile)(process.execPath, [atoll, ...args], {
      env: { ...process.env, ATOLL_ATLAS_DIR: join(realData, 'atlas') },
    });
    const names = [
      'atlas_territories.nii.gz',
      'from-dwi_to-MNI152NLin6Asym_mode-image_xfm.txt',
      'space-MNI152NLin6Asym_desc-lesion_mask.json',
      'space-MNI152NLin6Asym_desc-lesion_mask.nii.gz',
    ];
    for (const name of names)
      expect(Buffer.from(zip[name]).equals(readFileSync(join(out, name))), name).toBe(true);
    const location = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()).location;
    expect(location(zip['report.json'])).toEqual(location(readFileSync(join(out, 'report.json'))));
  } finally {
    rmSync(out, { recursive: true });
  }
  expect(asked).toEqual([]);
});
