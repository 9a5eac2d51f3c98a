import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { realData } from '../../packages/cli/test/real-data.ts';
import {
  chooseCase,
  choosePlane,
  expect,
  type RunningAtoll,
  run,
  startAtoll,
  waitForResult,
} from './atoll.ts';
import { countColour } from './pixels.ts';

const image = (role: string) =>
  join(realData, `isles22-sub-strokecase0001/sub-strokecase0001_ses-0001_${role}.nii.gz`);

/** A server that has the atlas and one real patient. */
export async function startWithAtlas(): Promise<RunningAtoll & { remove(): void }> {
  const bids = mkdtempSync(join(tmpdir(), 'atoll-atlas-bids-'));
  const session = join(bids, 'sub-01/dwi');
  mkdirSync(session, { recursive: true });
  writeFileSync(join(bids, 'dataset_description.json'), '{"Name": "One", "BIDSVersion": "1.9.0"}');
  for (const role of ['dwi', 'adc']) copyFileSync(image(role), join(session, `sub-01_${role}.nii.gz`));
  const server = await startAtoll({ ATOLL_BIDS_DIR: bids, ATOLL_ATLAS_DIR: join(realData, 'atlas') });
  return {
    ...server,
    remove: () => {
      server.remove();
      rmSync(bids, { recursive: true });
    },
  };
}

/** Runs the patient, reads where the lesions lie, and lays the atlas over the images and takes it away. */
export async function expectAtlasOverImages(page: Page, url: string): Promise<void> {
  await page.setViewportSize({ width: 1200, height: 760 });
  await page.goto(url);
  await chooseCase(page, 'sub-01');
  await run(page);
  await waitForResult(page);
  const location = page.getByRole('region', { name: 'Location' });
  await expect(location.getByText('The atlas fits this brain well.')).toBeVisible();
  await expect(location.locator('.place')).toHaveText(/^left MCA/);
  await expect(location.getByRole('row', { name: /^left MCA, frontal part \d\.\d\d mL 1 %$/ })).toBeVisible();
  await expect(location.getByRole('row', { name: /^ASPECTS, left 10$/ })).toBeVisible();
  await expect(location.getByText('at least 20 % of it or 2 mL')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Lesions' }).getByRole('button').first()).toHaveText(
    /Left MCA.*Left, /,
  );

  const before = (await countColour(page, 'territory')).total;
  await location.getByText('Show territories on the images').click();
  const legend = page.getByLabel('Overlays');
  await expect(legend).toHaveAttribute('data-layers', 'ready');
  await expect(legend.getByText('MCA')).toBeVisible();
  const territory = async () => (await countColour(page, 'territory')).total;
  await expect.poll(territory).toBeGreaterThan(before + 1500);
  const shown = await countColour(page, 'territory');
  // The middle cerebral arteries of both sides: half the brain's slice, on either half of the picture.
  expect(Math.min(shown.left, shown.right)).toBeGreaterThan(0.3 * shown.total);
  expect((await countColour(page, 'mask')).total).toBeGreaterThan(20);
  await choosePlane(page, 'All');
  await expect.poll(territory).toBeGreaterThan(1500);
  await choosePlane(page, 'Axial');
  await legend.getByRole('button', { name: /Territories/ }).click();
  await expect.poll(territory).toBeLessThan(before + 100);
}
