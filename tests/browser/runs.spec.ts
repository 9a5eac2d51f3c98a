import { AxeBuilder } from '@axe-core/playwright';
import { expect, run, test, waitForResult } from './atoll.ts';
import { completedRun, expectSidesOfBoth, replaceMask, waitForLayers } from './comparison.ts';
import { countColour } from './pixels.ts';

const caseId = 'phantom-large-left';

test('the runs of a case are listed, compared, kept over a reload and taken off the list', async ({
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

  await runs.getByRole('button', { name: /^Compare with .*Balanced/ }).click();
  await waitForLayers(page);
  const comparison = page.getByLabel('Comparison of two runs');
  await expect(comparison.getByRole('row', { name: /^Dice (0\.9|1\.0)/ })).toBeVisible();
  await expect(comparison.getByRole('row', { name: /^Volume difference [\d.]+ mL/ })).toBeVisible();
  expect((await countColour(page, 'other')).total).toBeGreaterThan(50);
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

  await runs
    .getByRole('button', { name: /Balanced/ })
    .first()
    .click();
  await expect(runs.getByRole('button', { name: /^Compare with .*Specific/, pressed: true })).toBeVisible();
  await runs.getByRole('button', { name: /^Remove from this list: .*Specific/ }).click();
  await expect(runs.getByRole('listitem')).toHaveCount(1);
  await expect(comparison).toHaveCount(0);
});

test('without WebGL2 two runs lie over each other in two colours, each on its side', async ({ page }) => {
  await expectSidesOfBoth(page, caseId, 'left');
});

test('masks on two grids are drawn where they lie, and the page says why there are no figures', async ({
  page,
}) => {
  const shown = await completedRun(page, caseId, 'balanced');
  const other = await completedRun(page, caseId, 'specific');
  await replaceMask(page, other.result?.predictionUrl ?? '', (mask) => {
    const [x, y, z] = mask.affine;
    return { ...mask, affine: [[x[0], x[1], x[2], x[3] + 1.3], y, z] };
  });
  await page.goto(`/?job=${shown.jobId}&with=${other.jobId}`);
  await waitForResult(page);
  await waitForLayers(page);
  await expect(page.locator('[data-obstacle="grids-differ"]')).toContainText('different grids');
  await expect(page.getByLabel('Comparison of two runs').getByRole('row')).toHaveCount(0);
  expect((await countColour(page, 'other')).total).toBeGreaterThan(50);
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
