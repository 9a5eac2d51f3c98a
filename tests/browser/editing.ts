import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, type Page, type TestInfo } from '@playwright/test';
import { debianPython } from '../../scripts/dicom-tools.ts';
import { chooseCase, run, waitForImages, waitForResult } from './atoll.ts';

/** Phantoms on grids of other kinds. */
export const editedCases = {
  las: { title: 'Phantom: one large infarct, left', grid: 'first axis to the left (LAS)' },
  ras: { title: 'Phantom: several small emboli, both sides', grid: 'first axis to the right (RAS)' },
  oblique: { title: 'Phantom: one infarct, right, oblique slices', grid: 'oblique affine' },
} as const;

type Difference = { readonly added: number; readonly removed: number; readonly middle: readonly number[] };

/** What nibabel, and not our own reader, finds of two masks: voxels added and removed, the middle of what was added (mm, RAS+). */
function differenceByNibabel(before: string, after: string): Difference {
  const script = `
import json, sys, nibabel, numpy
one, other = (nibabel.load(path) for path in sys.argv[1:3])
assert one.shape == other.shape and numpy.allclose(one.affine, other.affine, atol=1e-3)
was, now = (numpy.asarray(image.dataobj) > 0 for image in (one, other))
added = numpy.argwhere(now & ~was)
middle = nibabel.affines.apply_affine(other.affine, added).mean(axis=0)
print(json.dumps({"added": len(added), "removed": int((was & ~now).sum()), "middle": list(middle)}))`;
  return JSON.parse(execFileSync(debianPython, ['-c', script, before, after], { encoding: 'utf8' }));
}

export const volume = async (page: Page) =>
  Number.parseFloat((await page.getByTestId('edited-volume').textContent()) ?? '');

/** Runs a case, and opens the tools on its result. */
export async function openTools(page: Page, title: string): Promise<void> {
  await page.goto('/');
  await chooseCase(page, title);
  await run(page);
  await waitForResult(page);
  await page.getByRole('button', { name: 'Review or edit' }).click();
  await expect(page.getByTestId('edited-volume')).toBeVisible();
}

/** Where a share of the picture's width and height is on the page. */
export async function pointAt(page: Page, x: number, y: number): Promise<readonly [number, number]> {
  const box = await page.locator('[data-pane=main] .edit-canvas').boundingBox();
  if (box === null) throw new Error('There is nothing to paint on.');
  return [box.x + x * box.width, box.y + y * box.height];
}

/** The cursor in mm (RAS+), as the page says it. */
async function cursorMm(page: Page): Promise<number[]> {
  const words = (await page.getByTestId('position').innerText()).match(
    /^([LR]) ([\d.]+)\s+([PA]) ([\d.]+)\s+([IS]) ([\d.]+)/,
  );
  if (words === null) throw new Error('The page says no position.');
  return [1, 3, 5].map((at) => Number(words[at + 1]) * ('LPI'.includes(words[at]) ? -1 : 1));
}

/**
 * Deletes a lesion, paints on the side that is named, undoes, redoes, reloads where asked, and saves: the saved file
 * holds what was painted, where it was painted.
 */
export async function expectEditToBeKept(
  page: Page,
  {
    title,
    side,
    reloads,
  }: { readonly title: string; readonly side: 'left' | 'right'; readonly reloads: boolean },
  info: TestInfo,
): Promise<void> {
  await openTools(page, title);
  const before = await volume(page);
  await page.getByRole('button', { name: 'Delete lesion 1', exact: true }).click();
  await expect.poll(() => volume(page)).toBeLessThan(before);
  const emptied = await volume(page);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => volume(page)).toBe(before);
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect.poll(() => volume(page)).toBe(emptied);

  // Radiological: the patient's left is on the right of the picture. A click says which place of the patient it is.
  const x = side === 'left' ? 0.58 : 0.42;
  await page.keyboard.press('v');
  await page.mouse.click(...(await pointAt(page, x, 0.5)));
  await expect(page.getByTestId('position')).toHaveText(side === 'left' ? /^L / : /^R /);
  const clicked = await cursorMm(page);
  await page.keyboard.press('b');
  await page.mouse.move(...(await pointAt(page, x, 0.46)));
  await page.mouse.down();
  await page.mouse.move(...(await pointAt(page, x, 0.54)), { steps: 5 });
  await page.mouse.up();
  await expect.poll(() => volume(page)).toBeGreaterThan(emptied + 0.2);
  const painted = await volume(page);
  await page.keyboard.press('Control+z');
  await expect.poll(() => volume(page)).toBe(emptied);
  await page.keyboard.press('Control+Shift+Z');
  await expect.poll(() => volume(page)).toBe(painted);
  await expect(page.locator('[data-keeping="kept"]')).toContainText('kept in this browser');

  if (reloads) {
    await page.reload();
    await waitForResult(page);
    await page.getByRole('button', { name: 'Review or edit' }).click();
    await expect.poll(() => volume(page)).toBe(painted);
  }
  await page.getByLabel('Your name').fill('A. Reader');
  const looked = await cursorMm(page);
  await page.getByRole('button', { name: 'Save correction' }).click();
  await expect(page.getByLabel('Review').getByText('Corrected by A. Reader')).toBeVisible();
  await expect(page.getByTestId('run-standing').first()).toHaveText('Corrected by A. Reader');

  // The same place of the same images, now with what was saved.
  await waitForImages(page);
  expect(await cursorMm(page)).toEqual(looked);
  // The page's figures are those of the mask that stands, and the engine's are a press away.
  const shown = (mL: number) => mL.toFixed(mL < 10 ? 2 : 1);
  await expect(page.getByLabel('Lesion volume')).toContainText(shown(painted));
  await page.getByRole('button', { name: 'Engine’s mask' }).click();
  await expect(page.getByLabel('Lesion volume')).toContainText(shown(before));

  const { added, removed, middle } = await differenceOfRevision(page, 1, info);
  expect(added).toBeGreaterThan(10);
  expect(removed).toBeGreaterThan(10);
  const apart = Math.hypot(...middle.map((mm, axis) => mm - clicked[axis]));
  expect(apart, `painted at ${clicked}, found at ${middle}`).toBeLessThan(3);
  const jobId = new URL(page.url()).searchParams.get('job');
  const revision = await (await page.request.get(`/api/jobs/${jobId}/revisions/1`)).json();
  expect(revision.volumeMl).toBeCloseTo(painted, 1);
}

/** A stroke around a place in the middle of the picture's height. @returns which place of the patient it is, mm (RAS+). */
export async function paintAt(page: Page, x: number): Promise<readonly number[]> {
  const before = await volume(page);
  await page.keyboard.press('v');
  await page.mouse.click(...(await pointAt(page, x, 0.5)));
  const place = await cursorMm(page);
  await page.keyboard.press('b');
  await page.mouse.move(...(await pointAt(page, x, 0.48)));
  await page.mouse.down();
  await page.mouse.move(...(await pointAt(page, x, 0.52)), { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => volume(page)).toBeGreaterThan(before + 0.1);
  return place;
}

export async function saveCorrection(page: Page, revision: number): Promise<void> {
  await page.getByLabel('Your name').fill('A. Reader');
  await page.getByRole('button', { name: 'Save correction' }).click();
  await expect(page.getByLabel('Review').getByText(`Revision ${revision} (ZIP)`)).toBeVisible();
}

/** What a revision of the job on show added to what it was made from, and took from it. */
export async function differenceOfRevision(
  page: Page,
  revision: number,
  info: TestInfo,
): Promise<Difference> {
  const job = `/api/jobs/${new URL(page.url()).searchParams.get('job')}`;
  const { result } = await (await page.request.get(job)).json();
  const url = (number: number) =>
    number === 0 ? result.predictionUrl : `${job}/revisions/${number}/files/lesion_msk.nii.gz`;
  const [before, after] = await Promise.all(
    [revision - 1, revision].map(async (number) => {
      const path = info.outputPath(`revision-${number}.nii.gz`);
      writeFileSync(path, await (await page.request.get(url(number))).body());
      return path;
    }),
  );
  return differenceByNibabel(before, after);
}
