import { chooseCase, choosePlane, expect, run, test, waitForResult } from './atoll.ts';
import { countColour } from './pixels.ts';

const cases = [
  { title: 'Phantom: one large infarct, left', side: 'left', grid: 'first axis to the left (LAS)' },
  { title: 'Phantom: one infarct, right, oblique slices', side: 'right', grid: 'oblique affine' },
  { title: 'Phantom: deep infarct, right, ADC in mm²/s', side: 'right', grid: 'ADC in mm²/s' },
] as const;

for (const { title, side, grid } of cases) {
  test(`a lesion of the patient's ${side} is drawn on that side in every plane (${grid})`, async ({
    page,
  }) => {
    await page.goto('/');
    await chooseCase(page, title);
    await run(page);
    await waitForResult(page);
    await expect(page.getByLabel('Lesions').getByRole('button').first()).toContainText(side, {
      ignoreCase: true,
    });
    await page.getByLabel('Lesions').getByRole('button').first().click();
    await expect(page.getByTestId('position')).toHaveText(side === 'left' ? /^L / : /^R /);

    for (const plane of ['Axial', 'Coronal']) {
      await choosePlane(page, plane);
      const radiological = await countColour(page, 'mask');
      expect(radiological.total).toBeGreaterThan(200);
      // Radiological: the patient's left is on the right of the picture.
      const seen = side === 'left' ? radiological.right : radiological.left;
      expect(seen / radiological.total).toBeGreaterThan(0.95);

      await page.getByRole('button', { name: 'Swap' }).click();
      await page.waitForTimeout(400);
      const neurological = await countColour(page, 'mask');
      const swapped = side === 'left' ? neurological.left : neurological.right;
      expect(swapped / neurological.total).toBeGreaterThan(0.95);
      await page.getByRole('button', { name: 'Swap' }).click();
      await page.waitForTimeout(400);
    }

    await choosePlane(page, 'Sagittal');
    expect((await countColour(page, 'mask')).total).toBeGreaterThan(200);
    // The same distance on the other side of the grid's middle there is none of it.
    const slider = page.getByRole('slider', { name: 'Slice' });
    const [at, last] = [Number(await slider.inputValue()), Number(await slider.getAttribute('max'))];
    await slider.fill(String(last - at));
    await expect(page.getByTestId('position')).toHaveText(side === 'left' ? /^R / : /^L /);
    await page.waitForTimeout(300);
    expect((await countColour(page, 'mask')).total).toBeLessThan(20);
  });
}

test('mask, outline, opacity and reference are drawn as the reader chooses', async ({ page }) => {
  await page.goto('/');
  await chooseCase(page, 'Phantom: one large infarct, left');
  await run(page);
  await waitForResult(page);
  const filled = await countColour(page, 'mask');
  const toggle = async (name: string) => {
    await page.getByRole('button', { name, exact: true }).click();
    await page.waitForTimeout(400);
  };
  await toggle('Outline');
  const outlined = await countColour(page, 'mask');
  expect(outlined.total).toBeGreaterThan(50);
  expect(outlined.total).toBeLessThan(0.7 * filled.total);
  await toggle('Outline');
  await toggle('Mask');
  expect((await countColour(page, 'mask')).total).toBe(0);
  expect((await countColour(page, 'reference')).total).toBe(0);
  await toggle('Reference');
  const reference = await countColour(page, 'reference');
  expect(reference.total).toBeGreaterThan(50);
  expect(reference.right / reference.total).toBeGreaterThan(0.95);

  await page.getByRole('radio', { name: 'ADC', exact: true }).click();
  await toggle('Mask');
  expect((await countColour(page, 'mask')).total).toBeGreaterThan(200);
  // In 3D the reference lies around the mask.
  await toggle('Reference');
  await choosePlane(page, '3D');
  expect((await countColour(page, 'mask')).total).toBeGreaterThan(100);
});
