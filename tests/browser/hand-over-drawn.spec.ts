import type { Page } from '@playwright/test';
import { chooseCase, choosePlane, expect, test, waitForFirstImage, waitForImages } from './atoll.ts';
import { type Coloured, countColour } from './pixels.ts';
import { sidedCases } from './sides.ts';

// The first slices are drawn in a 2D canvas, and NiiVue takes over when it has drawn the same.

const large = 'Phantom: one large infarct, left';
const niivue = '**/assets/niivue-view*';
const position = (page: Page) => page.getByTestId('position');
const slice = (page: Page) => page.getByRole('slider', { name: 'Slice' });
const windowWidth = (page: Page) => page.getByRole('spinbutton', { name: 'Window width' });
const preparing = (page: Page) => page.locator('[data-preparing="true"]');
/** NiiVue's canvas, below the other at first. */
const better = (page: Page) => page.locator('.canvas-under canvas');

/** NiiVue is on its way until the function that this gives is called. */
async function holdNiivue(page: Page): Promise<() => void> {
  const held = Promise.withResolvers<void>();
  await page.route(niivue, async (route) => {
    await held.promise;
    await route.continue();
  });
  return held.resolve;
}

async function boxOf(page: Page) {
  const box = await page.locator('.canvas-host').boundingBox();
  if (box === null) throw new Error('There are no images.');
  return box;
}

for (const { title, side, grid } of sidedCases.slice(0, 2)) {
  test(`a lesion of the patient's ${side} is drawn on that side, and at the same place, before and after NiiVue takes over (${grid})`, async ({
    page,
  }) => {
    const goOn = await holdNiivue(page);
    await page.goto('/');
    await chooseCase(page, title);
    await waitForFirstImage(page);
    await page.getByRole('button', { name: 'Reference', exact: true }).click();
    const look = async () => {
      const seen: Record<string, Coloured> = {};
      for (const plane of ['Axial', 'Coronal', 'Sagittal', 'All']) {
        await choosePlane(page, plane);
        seen[plane] = await countColour(page, 'reference');
      }
      await choosePlane(page, 'Axial');
      await page.getByRole('button', { name: 'Swap' }).click();
      await page.waitForTimeout(400);
      seen.neurological = await countColour(page, 'reference');
      await page.getByRole('button', { name: 'Swap' }).click();
      return seen;
    };
    const before = await look();
    await expect(preparing(page)).toBeVisible();
    goOn();
    await waitForImages(page);
    const after = await look();

    const shareOfSide = ({ left, right, total }: Coloured, radiological: boolean) =>
      ((side === 'left') === radiological ? right : left) / total;
    for (const seen of [before, after]) {
      expect(seen.Axial.total).toBeGreaterThan(50);
      expect(shareOfSide(seen.Axial, true)).toBeGreaterThan(0.95);
      expect(shareOfSide(seen.Coronal, true)).toBeGreaterThan(0.95);
      expect(shareOfSide(seen.neurological, false)).toBeGreaterThan(0.95);
    }
    // Lines are drawn a little differently; and in 3D, a fourth field of all planes, there is an outline, too.
    for (const plane of ['Axial', 'Coronal', 'Sagittal', 'neurological']) {
      if (before[plane].total === 0) continue;
      expect(Math.abs(after[plane].x - before[plane].x), plane).toBeLessThan(5);
      expect(Math.abs(after[plane].y - before[plane].y), plane).toBeLessThan(5);
    }
  });
}

test('NiiVue takes over while nobody presses, and cursor, slice, window, zoom and focus stay as they were', async ({
  page,
}) => {
  const goOn = await holdNiivue(page);
  await page.goto('/');
  await chooseCase(page, large);
  await waitForFirstImage(page);
  await page.getByRole('button', { name: 'Reference', exact: true }).click();
  const box = await boxOf(page);
  const at = { x: box.x + 0.6 * box.width, y: box.y + 0.45 * box.height };
  await page.mouse.click(at.x, at.y);
  await expect(position(page)).toHaveText(/^L /);
  await page.mouse.wheel(0, -100);
  await page.mouse.move(at.x, at.y);
  await page.mouse.down({ button: 'right' });
  await page.mouse.move(at.x, at.y - 50, { steps: 4 });
  await page.mouse.up({ button: 'right' });
  // Pressed, and windowing, when all is ready below.
  await page.mouse.down();
  await page.mouse.move(at.x + 40, at.y, { steps: 4 });
  goOn();
  // What it has to do goes on when the reader pauses: pressed, nothing changes hands.
  await page.mouse.move(at.x + 60, at.y, { steps: 4 });
  await expect(preparing(page)).toBeVisible();
  await page.mouse.move(at.x + 80, at.y, { steps: 4 });
  await page.mouse.up();
  const told = async () => ({
    position: await position(page).innerText(),
    slice: await slice(page).inputValue(),
    width: await windowWidth(page).inputValue(),
  });
  await expect.poll(async () => Number(await windowWidth(page).inputValue())).toBeGreaterThan(400);
  const before = await told();
  const seenBefore = await countColour(page, 'reference');
  await waitForImages(page);
  await expect(better(page)).toHaveCount(1);
  await expect(page.locator('.canvas-over')).toHaveCount(0);
  expect(await told()).toEqual(before);
  const seenAfter = await countColour(page, 'reference');
  expect(Math.abs(seenAfter.x - seenBefore.x)).toBeLessThan(5);
  expect(Math.abs(seenAfter.y - seenBefore.y)).toBeLessThan(5);
  expect(seenAfter.total / seenBefore.total).toBeGreaterThan(0.5);

  // The focus has gone along, and so have keys and pointer.
  await expect(better(page)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(slice(page)).toHaveValue(String(Number(before.slice) + 1));
  await page.mouse.click(box.x + 0.4 * box.width, at.y);
  await expect(position(page)).toHaveText(/^R /);
});

test('a case that is chosen while NiiVue is on its way is the one that is drawn then', async ({ page }) => {
  const goOn = await holdNiivue(page);
  await page.goto('/');
  await chooseCase(page, large);
  await waitForFirstImage(page);
  goOn();
  await chooseCase(page, 'Phantom: one infarct, right, oblique slices');
  await expect(page.locator('.viewport-title')).toHaveText(/oblique/);
  await waitForImages(page);
  await page.getByRole('button', { name: 'Reference', exact: true }).click();
  await page.waitForTimeout(400);
  const seen = await countColour(page, 'reference');
  expect(seen.total).toBeGreaterThan(50);
  expect(seen.left / seen.total).toBeGreaterThan(0.95);
});

test('a context that is lost before NiiVue is needed costs nothing that is on show, and one lost later brings the slices back at the same place', async ({
  page,
  faults,
}) => {
  faults.allow(/CONTEXT_LOST_WEBGL|context lost/i);
  const lose = () =>
    better(page).evaluate((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) throw new Error('no canvas');
      canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
    });
  // A loss as early as there is a context that NiiVue draws with.
  await page.addInitScript(() => {
    const ask = HTMLCanvasElement.prototype.getContext;
    let isFirst = true;
    const patched = function (this: HTMLCanvasElement, ...given: Parameters<typeof ask>) {
      const context = ask.apply(this, given);
      if (isFirst && this.closest('.canvas-under') !== null && context instanceof WebGL2RenderingContext) {
        isFirst = false;
        setTimeout(() => context.getExtension('WEBGL_lose_context')?.loseContext(), 0);
      }
      return context;
    };
    Object.assign(HTMLCanvasElement.prototype, { getContext: patched });
  });
  await page.goto('/');
  await chooseCase(page, large);
  await waitForImages(page);
  await expect(page.getByText('WebGL2 is not available')).toHaveCount(0);
  await expect(better(page)).toHaveCount(1);

  const box = await boxOf(page);
  await page.mouse.click(box.x + 0.6 * box.width, box.y + 0.45 * box.height);
  await expect(position(page)).toHaveText(/^L /);
  const before = await position(page).innerText();
  const lost = await better(page).elementHandle();
  await lose();
  await page.waitForFunction((canvas) => canvas?.isConnected === false, lost);
  await waitForFirstImage(page);
  await expect(position(page)).toHaveText(before);
  await waitForImages(page);
  await expect(position(page)).toHaveText(before);
});

test('where NiiVue cannot be loaded, the slices stay and the page says what is missing', async ({
  page,
  faults,
}) => {
  faults.allow(/Failed to load resource|Failed to fetch dynamically imported module/);
  await page.route(niivue, (route) => route.abort());
  await page.goto('/');
  await chooseCase(page, large);
  await expect(page.getByText('could not be started')).toBeVisible();
  await page.getByRole('button', { name: 'Reference', exact: true }).click();
  await page.waitForTimeout(400);
  expect((await countColour(page, 'reference')).total).toBeGreaterThan(50);
  await expect(page.getByRole('radio', { name: '3D' })).toHaveCount(0);
});
