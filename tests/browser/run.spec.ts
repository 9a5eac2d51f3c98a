import { chooseCase, expect, holdJobs, run, test, waitForImages, waitForResult } from './atoll.ts';
import { countColour } from './pixels.ts';

const large = 'Phantom: one large infarct, left';
const none = 'Phantom: no infarct';

test('a run shows its stages, then volume, lesions, metrics and the notice', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByText('No case chosen')).toBeVisible();
  // Of the other phantoms there may be results already, which would be shown at once.
  await chooseCase(page, 'Phantom: one infarct, thick slices');
  await waitForImages(page);
  const release = await holdJobs(page);
  await run(page);
  await expect(page.getByLabel('Progress')).toBeVisible();
  await expect(page.getByRole('progressbar')).toBeVisible();
  release();
  await waitForResult(page);
  await expect(page.getByLabel('Lesion volume')).toContainText('mL');
  await expect(page.getByText('Research software, not a medical device. Not for diagnosis')).toBeVisible();
  await expect(page.getByRole('row', { name: /^Dice 0\.[89]/ })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Mask (NIfTI)' }).click();
  expect((await download).suggestedFilename()).toMatch(/lesion_msk\.nii\.gz$/);
});

test('the page that its own service brings is isolated', async ({ page }) => {
  await page.goto('/');
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
  await expect(page.getByRole('option', { name: large })).toBeVisible();
});

test('a reload and a shared link show the same result', async ({ page, context }) => {
  await page.goto('/');
  await chooseCase(page, large);
  await run(page);
  await waitForResult(page);
  const volume = await page.getByLabel('Lesion volume').innerText();
  expect(page.url()).toMatch(/job=[0-9a-f]{32}/);
  await page.reload();
  await waitForResult(page);
  expect(await page.getByLabel('Lesion volume').innerText()).toBe(volume);
  const other = await context.newPage();
  await other.goto(page.url());
  await waitForResult(other);
  expect(await other.getByLabel('Lesion volume').innerText()).toBe(volume);
});

test('a case without an infarct says so, and one case after the other leaves nothing behind', async ({
  page,
}) => {
  await page.goto('/');
  await chooseCase(page, large);
  await run(page);
  await waitForResult(page);
  expect((await countColour(page, 'mask')).total).toBeGreaterThan(200);
  await chooseCase(page, none);
  await waitForImages(page);
  await expect(page.getByText('Not run yet')).toBeVisible();
  expect((await countColour(page, 'mask')).total).toBe(0);
  await run(page);
  await waitForResult(page);
  await expect(page.getByText('No lesion was found', { exact: true })).toBeVisible();
  expect((await countColour(page, 'mask')).total).toBe(0);
  await page.goBack();
  await page.goBack();
  await waitForResult(page);
  await expect(page.getByLabel('Lesions').getByRole('button').first()).toBeVisible();
});

test('images whose service goes away while they load come when it is back', async ({ page, faults }) => {
  faults.allow(/Failed to load resource|ERR_/);
  let refused = 0;
  await page.route(/\/images\//, (route) => {
    if (refused >= 5) return route.continue();
    refused++;
    return refused % 2 === 0 ? route.abort('connectionrefused') : route.fulfill({ status: 503, body: '' });
  });
  await page.goto('/');
  await chooseCase(page, large);
  await waitForImages(page);
  expect(refused).toBe(5);
});
