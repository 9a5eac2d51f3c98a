import type { Job } from '@atoll/contract/jobs';
import type { Mask } from '@atoll/volume/volume';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { choosePlane, expect, run, test, waitForResult } from './atoll.ts';
import { completedRun, expectSidesOfBoth, replaceMask, waitForLayers } from './comparison.ts';
import { countColour } from './pixels.ts';

const caseId = 'phantom-large-left';

test('two runs of a case are listed and lie over each other in two colours, also after a reload', async ({
  page,
  faults,
}) => {
  faults.allow(/404/);
  await page.goto(`/?case=${caseId}`);
  await run(page);
  await waitForResult(page);
  const runs = page.getByLabel('Runs of this case');
  await expect(runs.getByRole('listitem')).toHaveCount(1);
  await page.getByText('Specific', { exact: true }).click();
  await run(page);
  await expect(runs.getByRole('listitem')).toHaveCount(2);
  await waitForResult(page);
  expect((await countColour(page, 'other')).total).toBe(0);

  await runs.getByRole('button', { name: /^Compare with .*Balanced/ }).click();
  await waitForLayers(page);
  const comparison = page.getByLabel('Comparison of two runs');
  await expect(comparison.getByRole('row', { name: /^Dice (0\.9|1\.0)/ })).toBeVisible();
  await expect(comparison.getByRole('row', { name: /^Volume difference [\d.]+ mL/ })).toBeVisible();
  for (const plane of ['3D', 'Axial']) {
    await choosePlane(page, plane);
    expect((await countColour(page, 'mask')).total, plane).toBeGreaterThan(100);
    expect((await countColour(page, 'other')).total, plane).toBeGreaterThan(30);
  }
  await page.keyboard.press('c');
  await page.waitForTimeout(400);
  expect((await countColour(page, 'other')).total).toBe(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);

  // A run that the service does not know leaves the list; the others are there as before.
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage)) {
      const list = JSON.parse(localStorage.getItem(key) ?? '[]');
      localStorage.setItem(key, JSON.stringify([{ ...list[0], jobId: '0'.repeat(32) }, ...list]));
    }
  });
  await page.reload();
  await waitForResult(page);
  await waitForLayers(page);
  await expect(runs.getByRole('listitem')).toHaveCount(2);
  await expect(comparison.getByRole('row', { name: /^Dice (0\.9|1\.0)/ })).toBeVisible();
  expect((await countColour(page, 'other')).total).toBeGreaterThan(50);

  await runs.getByRole('button', { name: /^Remove from this list: .*Balanced/ }).click();
  await expect(runs.getByRole('listitem')).toHaveCount(1);
  await expect(comparison).toHaveCount(0);
  await page.waitForTimeout(400);
  expect((await countColour(page, 'other')).total).toBe(0);
});

test('a compared mask of the other side is drawn on its side, and has nothing in common', async ({
  page,
}) => {
  await expectSidesOfBoth(page, 'phantom-oblique-right', 'right');
});

test('maps of single models are laid over the images one by one, their agreement in its own colours', async ({
  page,
}) => {
  const job = await completedRun(page, caseId, 'balanced');
  await addMaps(page, job);
  await page.goto(`/?case=${caseId}&job=${job.jobId}`);
  await waitForResult(page);
  const maps = page.getByLabel('Maps of the single models');
  await expect(maps.getByRole('listitem')).toHaveCount(2);
  await expect(maps.getByText('Dice with the mask 0.500')).toBeVisible();
  for (const colour of ['one', 'two', 'three'] as const) {
    expect((await countColour(page, colour)).total).toBe(0);
  }
  await maps.getByText('Agreement').click();
  await waitForLayers(page);
  await expect(page.getByLabel('Over the images')).toContainText('3 of 3');
  // The lesion is of the left: each third of it is seen on the right of the picture.
  for (const colour of ['one', 'two', 'three'] as const) {
    const seen = await countColour(page, colour);
    expect(seen.total, colour).toBeGreaterThan(50);
    expect(seen.right / seen.total, colour).toBeGreaterThan(0.95);
  }
});

test('options of an engine are offered, and sent with the case', async ({ page, faults }) => {
  faults.allow(/Failed to load resource/);
  await page.route('**/api/engines', async (route) => {
    const answer = await route.fetch();
    const list = await answer.json();
    const option = { id: 'skull-strip', title: 'Remove the skull', description: 'Before the models see it.' };
    list.engines[0].options = [option, { ...option, id: 'maps', title: 'Maps of the models' }];
    await route.fulfill({ response: answer, json: list });
  });
  await page.goto(`/?case=${caseId}`);
  await page.getByText('Maps of the models').click();
  await expect(page.getByRole('checkbox', { name: /Maps of the models/ })).toBeChecked();
  const sent = page.waitForRequest('**/api/segment');
  await page.route('**/api/segment', (route) => route.abort());
  await run(page);
  expect((await sent).postDataJSON()).toMatchObject({ case_id: caseId, options: ['maps'] });
  await page.unrouteAll({ behavior: 'ignoreErrors' });
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
