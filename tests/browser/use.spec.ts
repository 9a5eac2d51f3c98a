import { CaseList } from '@atoll/contract/cases';
import { SegmentAccepted } from '@atoll/contract/jobs';
import { acceptContract } from '@atoll/contract/media-type';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { chooseCase, expect, holdJobs, run, test, waitForImages, waitForResult } from './atoll.ts';
import { countColour } from './pixels.ts';

// What a reader does around the images, whoever draws them: played where slices are drawn in a 2D canvas, which is quicker.

const large = 'Phantom: one large infarct, left';

test('cancelling stops the job, says so, and lets it run again', async ({ page, server }) => {
  await page.goto('/');
  const free = await occupy(page, server.url);
  await chooseCase(page, 'Phantom: infarcts in both hemispheres');
  await run(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { name: 'Cancelled' })).toBeVisible();
  const jobId = new URL(page.url()).searchParams.get('job');
  const answer = await page.request.get(`${server.url}/api/jobs/${jobId}`, {
    headers: { Accept: acceptContract },
  });
  expect(await answer.json()).toMatchObject({ status: 'cancelled', result: null });
  await free();
  await page.getByRole('button', { name: 'Run again' }).click();
  await waitForResult(page);
});

/** Other work stands before the next job, so that it cannot be done before somebody cancels it; what is returned ends it. */
async function occupy(page: Page, url: string): Promise<() => Promise<void>> {
  const { cases } = CaseList.parse(await (await page.request.get(`${url}/api/cases`)).json());
  const ids: string[] = [];
  for (const id of cases) {
    const data = { case_id: id, preset: 'specific', force: true };
    const answer = await page.request.post(`${url}/api/segment`, { data });
    expect(answer.ok(), await answer.text()).toBe(true);
    ids.push(SegmentAccepted.parse(await answer.json()).jobId);
  }
  return async () => {
    await Promise.all(ids.map((id) => page.request.delete(`${url}/api/jobs/${id}`)));
  };
}

test('an unknown job in the address is explained', async ({ page, faults }) => {
  faults.allow(/404/);
  await page.goto(`/?job=${'0'.repeat(32)}`);
  await expect(page.getByRole('alert')).toContainText('there is no job with this id');
  await expect(page.getByRole('alert')).toContainText('JOB_UNKNOWN');
});

test('a job outlives a restart of the server, and the page finds it again', async ({
  page,
  server,
  faults,
}) => {
  faults.allow(/Failed to load resource|ERR_/);
  await page.goto('/');
  // A result that is there already would be shown at once.
  await chooseCase(page, 'Phantom: small infarct in the pons');
  const release = await holdJobs(page);
  await run(page);
  await expect(page.getByLabel('Progress')).toBeVisible();
  await server.restart();
  release();
  await waitForResult(page);
});

test('a service that is down is told apart, and trying again works', async ({ page, server, faults }) => {
  faults.allow(/Failed to load resource|ERR_/);
  await page.goto('/');
  await chooseCase(page, large);
  await waitForImages(page);
  await server.stop();
  await run(page);
  await expect(page.getByLabel('Connection')).toContainText('The service is not responding');
  await page.getByRole('button', { name: 'Stop waiting' }).click();
  await expect(page.getByRole('alert')).toContainText('The service is not responding');
  await expect(page.getByLabel('Connection')).toHaveCount(0);
  await server.restart();
  await run(page);
  await waitForResult(page);
});

test('the page can be used by keyboard alone', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('searchbox').focus();
  await page.keyboard.type('large');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await waitForImages(page);
  const go = page.getByRole('button', { name: 'Run segmentation' });
  for (
    let steps = 0;
    steps < 12 && !(await go.evaluate((button) => button === document.activeElement));
    steps++
  ) {
    await page.keyboard.press('Tab');
  }
  await expect(go).toBeFocused();
  await page.keyboard.press('Enter');
  await waitForResult(page);
  const before = await page.getByTestId('position').innerText();
  await page.locator('.canvas-host canvas').focus();
  await page.keyboard.press('ArrowUp');
  await expect(page.getByTestId('position')).not.toHaveText(before);
  await page.keyboard.press('o');
  await expect(page.getByRole('button', { name: 'Mask', exact: true })).toHaveAttribute(
    'aria-pressed',
    'false',
  );
  await page.keyboard.press('2');
  await expect(page.locator('[data-plane="coronal"]')).toBeVisible();
});

test('nothing serious stands in the way of assistive technology', async ({ page }) => {
  await page.goto('/');
  await chooseCase(page, large);
  await run(page);
  await waitForResult(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});

test('on a phone the columns take turns', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/');
  await page.getByRole('radio', { name: 'Cases' }).click();
  await chooseCase(page, large);
  await waitForImages(page);
  await page.getByRole('radio', { name: 'Cases' }).click();
  await run(page);
  await waitForImages(page);
  await page.getByRole('radio', { name: 'Result' }).click();
  await expect(page.getByLabel('Lesion volume')).toBeVisible({ timeout: 90_000 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await page.getByLabel('Lesions').getByRole('button').first().click();
  await expect(page.locator('.canvas-host')).toBeVisible();
  expect((await countColour(page, 'mask')).total).toBeGreaterThan(100);
});

test('the page is told how a job goes, and asks where it cannot be told', async ({ page, faults }) => {
  faults.allow(/Failed to load resource/);
  let asked = 0;
  // The job is answered once; who asks again waits for ever.
  await page.route(/\/api\/jobs\/[0-9a-f]{32}$/, async (route) => {
    if (++asked === 1) await route.continue();
  });
  await page.goto('/');
  await chooseCase(page, 'Phantom: infarcts in both hemispheres');
  await run(page);
  await waitForResult(page);

  await page.unrouteAll({ behavior: 'ignoreErrors' });
  const release = await holdJobs(page);
  await page.route('**/events', (route) => route.abort());
  // The same again is run anew, for its result is in view already.
  await run(page);
  await expect(page.getByLabel('Progress')).toBeVisible();
  release();
  await waitForResult(page);
});
