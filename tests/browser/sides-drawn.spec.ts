import { chooseCase, choosePlane, expect, run, test, waitForResult } from './atoll.ts';
import { countColour } from './pixels.ts';
import { expectSideInEveryPlane, sidedCases } from './sides.ts';

// How the ADC is written has nothing to do with WebGL.
for (const each of sidedCases.slice(0, 2)) {
  test(`a lesion of the patient's ${each.side} is drawn on that side in every plane (${each.grid})`, async ({
    page,
  }) => {
    await expectSideInEveryPlane(page, each);
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
