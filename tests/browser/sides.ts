import { expect, type Page } from '@playwright/test';
import { chooseCase, choosePlane, run, waitForResult } from './atoll.ts';
import { countColour } from './pixels.ts';

export type SidedCase = { readonly title: string; readonly side: 'left' | 'right'; readonly grid: string };

/** Phantoms with one lesion on a known side, each on a grid of another kind. */
export const sidedCases: readonly SidedCase[] = [
  { title: 'Phantom: one large infarct, left', side: 'left', grid: 'first axis to the left (LAS)' },
  { title: 'Phantom: one infarct, right, oblique slices', side: 'right', grid: 'oblique affine' },
  { title: 'Phantom: deep infarct, right, ADC in mm²/s', side: 'right', grid: 'ADC in mm²/s' },
];

/** Runs the case, and looks for its mask on its side in every plane and in both conventions. */
export async function expectSideInEveryPlane(page: Page, { title, side }: SidedCase): Promise<void> {
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
}
