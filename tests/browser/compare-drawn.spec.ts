import type { Job } from '@atoll/contract/jobs';
import type { Mask } from '@atoll/volume/volume';
import type { Page } from '@playwright/test';
import { choosePlane, expect, test, waitForResult } from './atoll.ts';
import { completedRun, expectSidesOfBoth, replaceMask, waitForLayers } from './comparison.ts';
import { countColour } from './pixels.ts';

test('two runs lie over each other in two colours, each on its side, in slices and in 3D, and after a reload', async ({
  page,
}) => {
  await expectSidesOfBoth(page, 'phantom-oblique-right', 'right');
  await choosePlane(page, '3D');
  expect((await countColour(page, 'mask')).total).toBeGreaterThan(100);
  expect((await countColour(page, 'other')).total).toBeGreaterThan(100);
  await page.reload();
  await waitForResult(page);
  await waitForLayers(page);
  await expect(
    page.getByLabel('Comparison of two runs').getByRole('row', { name: 'Dice 0.000' }),
  ).toBeVisible();
  expect((await countColour(page, 'other')).total).toBeGreaterThan(50);
  await page.keyboard.press('c');
  await page.waitForTimeout(400);
  expect((await countColour(page, 'other')).total).toBe(0);
  expect((await countColour(page, 'mask')).total).toBeGreaterThan(100);
});

test('maps of single models are laid over the images one by one, their agreement in its own colours', async ({
  page,
}) => {
  const job = await completedRun(page, 'phantom-large-left', 'specific');
  await addMaps(page, job);
  await page.goto(`/?job=${job.jobId}`);
  await waitForResult(page);
  const maps = page.getByRole('region', { name: 'Individual model outputs' });
  await expect(maps.getByRole('listitem')).toHaveCount(2);
  await expect(maps.getByText('Dice with the mask 0.500')).toBeVisible();
  const counts = ['one', 'two', 'three'] as const;
  // Without the mask: pixels of its outline, blended with the image, come near to one of the colours.
  await page.keyboard.press('o');
  await expect(page.getByRole('button', { name: 'Mask', exact: true })).toHaveAttribute(
    'aria-pressed',
    'false',
  );
  await page.waitForTimeout(400);
  for (const count of counts) expect((await countColour(page, count)).total).toBeLessThan(10);
  await page.keyboard.press('o');
  await maps.getByText('Agreement').click();
  await waitForLayers(page);
  await expect(page.getByLabel('Overlays')).toContainText('3 of 3');
  // The lesion is of the left: each third of it is seen on the right of the picture.
  for (const count of counts) {
    const seen = await countColour(page, count);
    expect(seen.total, count).toBeGreaterThan(50);
    expect(seen.right / seen.total, count).toBeGreaterThan(0.95);
  }
});

/** Gives a result the maps of an engine of several models: what one marked, and how many marked each voxel. */
async function addMaps(page: Page, job: Job): Promise<void> {
  const url = job.result?.predictionUrl ?? '';
  const urlOf = (id: string) => url.replace(/[^/]+$/, `overlay_${id}.nii.gz`);
  const overlays = [
    { id: 'seals', title: 'SEALS', url: urlOf('seals'), volumeMl: 12.34, diceWithMask: 0.5 },
    { id: 'agreement', title: 'Agreement', url: urlOf('agreement'), volumeMl: 23.45, diceWithMask: null },
  ];
  await page.route(`**/api/jobs/${job.jobId}`, (route) =>
    route.fulfill({ json: { ...job, result: { ...job.result, overlays } } }),
  );
  await replaceMask(page, url, (mask) => mask, urlOf('seals'));
  await replaceMask(page, url, inThirds, urlOf('agreement'));
}

/** Counts 1–3 by thirds of the lesion along its second axis, so that a slice through it has all of them. */
function inThirds(mask: Mask): Mask {
  const [nx, ny] = mask.shape;
  const row = (at: number) => Math.floor(at / nx) % ny;
  const rows = Array.from(mask.data.keys())
    .filter((at) => mask.data[at] > 0)
    .map(row);
  const first = rows.reduce((least, each) => Math.min(least, each), ny);
  const count = rows.reduce((most, each) => Math.max(most, each), 0) + 1 - first;
  const third = (at: number) => 1 + Math.min(2, Math.floor((3 * (row(at) - first)) / count));
  return { ...mask, data: mask.data.map((value, at) => (value > 0 ? third(at) : 0)) };
}
