import { expect, test, waitForResult } from './atoll.ts';
import { waitForLayers } from './comparison.ts';
import { seriousFaults } from './faults.ts';
import { type LabService, startLabService } from './lab-model.ts';
import { countColour } from './pixels.ts';

let service: LabService;
test.beforeAll(async () => {
  service = await startLabService();
});
test.afterAll(async () => {
  await service.remove();
});

test('another threshold of the probability map is drawn as it is moved, is said to be the reader’s, and can be edited on', async ({
  page,
}) => {
  await page.goto(`${service.url}/?case=phantom-large-left`);
  await page.getByRole('radiogroup', { name: 'Engine' }).getByText('Small model', { exact: true }).click();
  await page.locator('label', { hasText: /^Probability map/ }).click();
  await page.getByRole('button', { name: 'Run segmentation' }).click();
  await waitForResult(page);

  const panel = page.getByRole('region', { name: 'Probability map' });
  await expect(panel).toContainText('The engine marks what has a probability above 0.5.');
  await expect(page.getByRole('link', { name: 'Probability map (NIfTI)' })).toHaveAttribute(
    'href',
    /\/probability\.nii\.gz$/,
  );
  const slider = panel.getByRole('slider', { name: 'Threshold' });
  await slider.focus();
  await page.keyboard.press('End');
  await expect(panel).toContainText('Not the engine’s own answer');
  const volume = async () =>
    Number.parseFloat(/Above [\d.]+\s*([\d.]+) mL/.exec(await panel.innerText())?.[1] ?? 'NaN');
  await expect.poll(volume).toBeGreaterThan(0);
  const strict = await volume();
  await page.keyboard.press('Home');
  await expect.poll(volume).toBeGreaterThan(strict);
  const loose = await volume();
  await waitForLayers(page);
  // Around the mask, on the patient's left, which is right on the page.
  await expect.poll(async () => (await countColour(page, 'threshold')).right).toBeGreaterThan(20);
  await expect(page.getByRole('button', { name: 'Probability > 0.01, not the engine’s mask' })).toBeVisible();
  expect(await seriousFaults(page)).toEqual([]);

  await panel.getByRole('button', { name: 'Back to the engine’s threshold' }).click();
  await expect(panel).not.toContainText('Not the engine’s own answer');
  await expect.poll(async () => (await countColour(page, 'threshold')).total).toBe(0);

  await slider.focus();
  await page.keyboard.press('Home');
  await expect.poll(volume).toBe(loose);
  await panel.getByRole('button', { name: 'Edit from this outline' }).click();
  const edited = page.getByTestId('edited-volume');
  await expect
    .poll(async () => Number.parseFloat((await edited.textContent()) ?? ''))
    .toBeCloseTo(loose, loose < 10 ? 1 : 0);
  await page.getByLabel('Your name').fill('A. Reader');
  await page.getByRole('button', { name: 'Save correction' }).click();
  await expect(page.getByRole('region', { name: 'Review' })).toContainText('A. Reader');
});
