import { chooseCase, choosePlane, expect, run, test, waitForImages, waitForResult } from './atoll.ts';
import { countColour } from './pixels.ts';
import { expectReadingTools } from './reading.ts';
import { expectSideInEveryPlane, sidedCases } from './sides.ts';

for (const each of sidedCases) {
  test(`without WebGL2 a lesion of the patient's ${each.side} is drawn on that side in every plane (${each.grid})`, async ({
    page,
  }) => {
    await expectSideInEveryPlane(page, each);
  });
}

test('without WebGL2 the page says what is missing, loads no NiiVue, and shows slices, mask and reference', async ({
  page,
}) => {
  const scripts: string[] = [];
  page.on('request', (request) => scripts.push(request.url()));
  await page.goto('/');
  await chooseCase(page, 'Phantom: one large infarct, left');
  await waitForImages(page);
  await expect(page.getByText('WebGL2 is not available')).toBeVisible();
  await expect(page.getByRole('radio', { name: '3D' })).toHaveCount(0);
  await run(page);
  await waitForResult(page);
  expect(scripts.filter((url) => /niivue/i.test(url))).toEqual([]);

  const filled = await countColour(page, 'mask');
  expect(filled.total).toBeGreaterThan(500);
  await page.getByRole('button', { name: 'Outline' }).click();
  await page.waitForTimeout(400);
  const outlined = await countColour(page, 'mask');
  expect(outlined.total).toBeLessThan(0.7 * filled.total);
  expect(outlined.total).toBeGreaterThan(50);
  await page.getByRole('button', { name: 'Mask', exact: true }).click();
  await page.getByRole('button', { name: 'Reference', exact: true }).click();
  await page.waitForTimeout(400);
  expect((await countColour(page, 'mask')).total).toBe(0);
  expect((await countColour(page, 'reference')).total).toBeGreaterThan(50);
  await choosePlane(page, 'All');
  expect((await countColour(page, 'reference')).total).toBeGreaterThan(100);
});

test('without WebGL2 mouse, wheel and keys move the cursor to the place that they point at', async ({
  page,
}) => {
  await page.goto('/');
  await chooseCase(page, 'Phantom: one large infarct, left');
  await waitForImages(page);
  const box = await page.locator('.canvas-host canvas').boundingBox();
  if (box === null) throw new Error('no canvas');
  // Radiological: right of the middle is the patient's left.
  await page.mouse.click(box.x + 0.58 * box.width, box.y + 0.4 * box.height);
  await expect(page.getByTestId('position')).toHaveText(/^L [\d.]+ {2}A /);
  const slice = page.getByRole('slider', { name: 'Slice' });
  const before = Number(await slice.inputValue());
  await page.mouse.wheel(0, -100);
  await expect(slice).toHaveValue(String(before + 1));
  await page.locator('.canvas-host canvas').focus();
  await page.keyboard.press('ArrowDown');
  await expect(slice).toHaveValue(String(before));
});

test('without WebGL2 DWI and ADC lie side by side, too, and pointer, keys and lightbox do the same', async ({
  page,
}) => {
  await expectReadingTools(page);
});
