import { chooseCase, expect, run, test } from './atoll.ts';

test('without WebGL2 the page says what is missing, and the result is there all the same', async ({
  page,
  faults,
}) => {
  faults.allow(/WebGL/i);
  await page.goto('/');
  await chooseCase(page, 'Phantom: one large infarct, left');
  await expect(page.getByText('This browser has no WebGL2')).toBeVisible();
  await run(page);
  await expect(page.getByLabel('Lesion volume')).toContainText('mL', { timeout: 90_000 });
});
