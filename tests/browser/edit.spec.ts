import { AxeBuilder } from '@axe-core/playwright';
import type { CDPSession, Page } from '@playwright/test';
import { choosePlane, expect, test } from './atoll.ts';
import {
  differenceOfRevision,
  editedCases,
  expectEditToBeKept,
  openTools,
  paintAt,
  pointAt,
  saveCorrection,
  volume,
} from './editing.ts';
import { countColour } from './pixels.ts';

for (const [side, { title, grid }] of [
  ['right', editedCases.las],
  ['left', editedCases.ras],
  ['left', editedCases.oblique],
] as const) {
  test(`without WebGL2 what is painted, undone, redone and saved is where it was painted (${grid})`, async ({
    page,
  }, info) => {
    const reloads = title === editedCases.las.title;
    await expectEditToBeKept(page, { title, side, reloads }, info);
  });
}

async function dragPen(page: Page, session: CDPSession, button: 'left' | 'right'): Promise<void> {
  const pen = { pointerType: 'pen', button, clickCount: 1 } as const;
  const [x, top] = await pointAt(page, 0.5, 0.45);
  const [, bottom] = await pointAt(page, 0.5, 0.55);
  await session.send('Input.dispatchMouseEvent', { ...pen, type: 'mousePressed', x, y: top });
  const buttons = button === 'left' ? 1 : 2;
  await session.send('Input.dispatchMouseEvent', { ...pen, type: 'mouseMoved', x, y: bottom, buttons });
  await session.send('Input.dispatchMouseEvent', { ...pen, type: 'mouseReleased', x, y: bottom });
}

test('a pen paints and erases, a finger paints, and a second finger takes that back and zooms', async ({
  page,
}) => {
  await openTools(page, 'Phantom: one infarct, thick slices');
  const session = await page.context().newCDPSession(page);
  const before = await volume(page);
  await dragPen(page, session, 'left');
  await expect.poll(() => volume(page)).toBeGreaterThan(before + 0.2);
  await dragPen(page, session, 'right');
  await expect.poll(() => volume(page)).toBe(before);

  const [x, y] = await pointAt(page, 0.5, 0.5);
  const touch = (
    type: 'touchStart' | 'touchMove' | 'touchEnd',
    touchPoints: { x: number; y: number; id: number }[],
  ) => session.send('Input.dispatchTouchEvent', { type, touchPoints });
  await touch('touchStart', [{ x, y, id: 1 }]);
  await touch('touchMove', [{ x, y: y + 12, id: 1 }]);
  await touch('touchEnd', []);
  await expect.poll(() => volume(page)).toBeGreaterThan(before + 0.2);
  await page.keyboard.press('u');
  await expect.poll(() => volume(page)).toBe(before);

  const seen = (await countColour(page, 'mask', '[data-pane=main]')).total;
  await touch('touchStart', [{ x, y, id: 1 }]);
  await touch('touchMove', [{ x, y: y + 8, id: 1 }]);
  await touch('touchStart', [
    { x, y: y + 8, id: 1 },
    { x: x + 40, y: y + 8, id: 2 },
  ]);
  for (const wider of [8, 14, 20]) {
    await touch('touchMove', [
      { x: x - wider, y: y + 8, id: 1 },
      { x: x + 40 + wider, y: y + 8, id: 2 },
    ]);
  }
  await touch('touchEnd', []);
  expect(await volume(page)).toBe(before);
  // What was taken back is no step: the one that was undone before can still be made again.
  await expect(page.getByRole('button', { name: 'Redo' })).toBeEnabled();
  await expect
    .poll(async () => (await countColour(page, 'mask', '[data-pane=main]')).total)
    .toBeGreaterThan(1.5 * seen);
});

test('what is painted in coronal and in sagittal slices is saved where it was painted', async ({
  page,
}, info) => {
  // Its second axis runs to the back.
  await openTools(page, 'Phantom: infarcts in both hemispheres');
  for (const [revision, plane] of [
    [1, 'Coronal'],
    [2, 'Sagittal'],
  ] as const) {
    await choosePlane(page, plane);
    const place = await paintAt(page, plane === 'Coronal' ? 0.4 : 0.6);
    await saveCorrection(page, revision);
    const { added, removed, middle } = await differenceOfRevision(page, revision, info);
    expect([added > 10, removed]).toEqual([true, 0]);
    const apart = Math.hypot(...middle.map((mm, axis) => mm - place[axis]));
    expect(apart, `painted at ${place}, found at ${middle}`).toBeLessThan(3);
    await page.getByRole('button', { name: 'Review or edit' }).click();
    await expect(page.getByTestId('edited-volume')).toBeVisible();
  }
});

test('lesions are kept and deleted by keys, beside the engine’s mask; nothing is lost without a question', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1300, height: 760 });
  await openTools(page, editedCases.ras.title);
  const before = await volume(page);
  await page.keyboard.press('s');
  await page.getByLabel('Mask on the second image').getByText('Engine’s mask').click();
  await page.keyboard.press('n');
  await page.keyboard.press('k');
  await expect(page.getByRole('button', { name: 'Keep lesion 1', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.keyboard.press('Delete');
  await expect.poll(() => volume(page)).toBeLessThan(before);
  await page.keyboard.press('u');
  await expect.poll(() => volume(page)).toBe(before);
  await page.keyboard.press('y');
  await expect.poll(() => volume(page)).toBeLessThan(before);
  // The cursor is where the lesion was: the engine’s mask has it, the edited one has not.
  const seenIn = async (id: string) => (await countColour(page, 'mask', `[data-pane=${id}]`)).total;
  await expect.poll(async () => (await seenIn('beside')) - (await seenIn('main'))).toBeGreaterThan(20);

  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);

  await page.getByRole('button', { name: 'Discard changes' }).click();
  await page.getByRole('button', { name: 'Keep changes' }).click();
  await expect(page.getByTestId('edited-volume')).toBeVisible();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Discard changes' }).click();
  await page.getByRole('button', { name: 'Review or edit' }).click();
  await expect.poll(() => volume(page)).toBe(before);
});
