import { expect, type Page } from '@playwright/test';
import { chooseCase, run, waitForImages, waitForResult } from './atoll.ts';
import { countColour } from './pixels.ts';

const pane = (page: Page, id: 'main' | 'beside') => page.locator(`[data-pane=${id}] canvas`).first();

async function boxOf(page: Page, id: 'main' | 'beside') {
  const box = await pane(page, id).boundingBox();
  if (box === null) throw new Error(`The pane ${id} is not there.`);
  return box;
}

const position = (page: Page) => page.getByTestId('position').innerText();

/**
 * DWI and ADC side by side, their cursor, scrolling, zoom and window by pointer, the lightbox, and the overlay of low
 * ADC: the same in both views. The lesion of this case is of the patient's right, on oblique slices.
 */
export async function expectReadingTools(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1300, height: 760 });
  await page.goto('/');
  await chooseCase(page, 'Phantom: one infarct, right, oblique slices');
  await run(page);
  await waitForResult(page);
  const lesionAt = await position(page);
  expect(lesionAt).toMatch(/^R /);
  await page.keyboard.press('s');
  await expect(pane(page, 'beside')).toBeVisible();
  await waitForImages(page);

  // In both panes the patient's right is on the left of the picture.
  for (const id of ['main', 'beside'] as const) {
    const seen = await countColour(page, 'mask', `[data-pane=${id}] .canvas-host`);
    expect(seen.total, id).toBeGreaterThan(50);
    expect(seen.left / seen.total, id).toBeGreaterThan(0.95);
  }

  // A click sets the cursor, whichever pane it is in, to the same place at the same point of the picture.
  const [one, two] = [await boxOf(page, 'main'), await boxOf(page, 'beside')];
  await page.mouse.click(one.x + 0.7 * one.width, one.y + 0.45 * one.height);
  await expect(page.getByTestId('position')).toHaveText(/^L /);
  const there = await position(page);
  await page.mouse.click(two.x + 0.3 * two.width, two.y + 0.45 * two.height);
  await expect(page.getByTestId('position')).toHaveText(/^R /);
  await page.mouse.click(two.x + 0.7 * two.width, two.y + 0.45 * two.height);
  await expect(page.getByTestId('position')).toHaveText(there);

  // The wheel scrolls, the right button zooms, the left one windows.
  const slice = page.getByRole('slider', { name: 'Slice' });
  const before = Number(await slice.inputValue());
  await page.mouse.wheel(0, -100);
  await expect.poll(async () => Number(await slice.inputValue())).toBeGreaterThan(before);
  await page.getByLabel('Lesions').getByRole('button').first().click();
  const whole = await countColour(page, 'mask', '[data-pane=beside] .canvas-host');
  const at = { x: one.x + 0.35 * one.width, y: one.y + 0.5 * one.height };
  await page.mouse.move(at.x, at.y);
  await page.mouse.down({ button: 'right' });
  await page.mouse.move(at.x, at.y - 90, { steps: 5 });
  await page.mouse.up({ button: 'right' });
  await expect
    .poll(async () => (await countColour(page, 'mask', '[data-pane=beside] .canvas-host')).total)
    .toBeGreaterThan(1.5 * whole.total);
  const width = page.getByRole('spinbutton', { name: 'Window width' });
  const wide = Number(await width.inputValue());
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + 80, at.y, { steps: 5 });
  await page.mouse.up();
  await expect.poll(async () => Number(await width.inputValue())).toBeGreaterThan(1.2 * wide);
  await page.keyboard.press('z');
  await expect(width).toHaveValue(String(wide));

  // A window by number, of the ADC map in 10⁻⁶ mm²/s.
  await page
    .getByRole('radiogroup', { name: 'Image', exact: true })
    .getByRole('radio', { name: 'ADC' })
    .click();
  await expect(width).toHaveValue('2000');
  await width.fill('900');
  await page.getByRole('spinbutton', { name: 'Window level' }).fill('600');
  await expect(width).toHaveValue('900');
  await expect(page.getByText(/ADC \d+·10⁻⁶ mm²\/s/)).toBeVisible();
  // Where numbers are typed, letters are no shortcuts.
  await page.getByRole('spinbutton', { name: 'Window level' }).blur();
  await page.keyboard.press('d');
  await page.keyboard.press('s');
  await expect(pane(page, 'beside')).toHaveCount(0);

  await page.keyboard.press('t');
  const legend = page.getByLabel('Overlays');
  await expect(legend.getByText('ADC < 620')).toBeVisible();
  await expect(legend).toHaveAttribute('data-layers', 'ready');
  await page.keyboard.press('t');

  await page.keyboard.press('l');
  const lightbox = page.getByRole('region', { name: 'Lightbox' });
  const first = lightbox.getByRole('button', { name: /^Slice \d+, lesion [\d.]+ cm²$/ }).first();
  const name = (await first.getAttribute('aria-label')) ?? '';
  await first.click();
  await expect(lightbox).toHaveCount(0);
  await expect(page.getByTestId('position')).toHaveText(/^R /);
  const number = Number(/^Slice (\d+)/.exec(name)?.[1]);
  await expect(slice).toHaveValue(String(number - 1));
}
