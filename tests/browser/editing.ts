import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, type Page, type TestInfo } from '@playwright/test';
import { debianPython } from '../../scripts/dicom-tools.ts';
import { chooseCase, run, waitForResult } from './atoll.ts';
import type { SidedCase } from './sides.ts';

/** What nibabel, and not our own reader, finds in a mask: how many voxels, and where their middle lies in mm (RAS+). */
function readByNibabel(path: string): { voxels: number; middle: number[] } {
  const script = `
import json, sys, nibabel, numpy
image = nibabel.load(sys.argv[1])
inside = numpy.argwhere(numpy.asarray(image.dataobj) > 0)
world = nibabel.affines.apply_affine(image.affine, inside)
print(json.dumps({"voxels": len(inside), "middle": list(world.mean(axis=0))}))`;
  return JSON.parse(execFileSync(debianPython, ['-c', script, path], { encoding: 'utf8' }));
}

const volume = async (page: Page) =>
  Number.parseFloat((await page.getByTestId('edited-volume').textContent()) ?? '');

/** A stroke of the pointer over the image, from one share of the viewport to another. */
async function drag(
  page: Page,
  from: readonly [number, number],
  to: readonly [number, number],
): Promise<void> {
  const box = await page.locator('.edit-canvas').boundingBox();
  if (box === null) throw new Error('There is nothing to paint on.');
  const at = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 6 });
  await page.mouse.up();
}

/**
 * Deletes what the engine found, paints on the other side of the picture, undoes, redoes, reloads, and saves: the
 * saved file holds what was painted, where it was painted.
 */
export async function expectEditToBeKept(
  page: Page,
  { title, side }: SidedCase,
  info: TestInfo,
): Promise<void> {
  await page.goto('/');
  await chooseCase(page, title);
  await run(page);
  await waitForResult(page);
  await page.getByRole('button', { name: 'Review or edit' }).click();
  await expect(page.getByTestId('edited-volume')).toBeVisible();
  const before = await volume(page);
  await page.getByRole('button', { name: 'Delete lesion 1', exact: true }).click();
  await expect.poll(() => volume(page)).toBeLessThan(0.2 * before);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => volume(page)).toBe(before);
  await page.getByRole('button', { name: 'Redo' }).click();
  await page.keyboard.press('b');
  // Radiological: what is painted on the picture's left half is the patient's right.
  const x = side === 'left' ? 0.42 : 0.58;
  const emptied = await volume(page);
  await drag(page, [x, 0.45], [x, 0.55]);
  await expect.poll(() => volume(page)).toBeGreaterThan(emptied + 0.2);
  const painted = await volume(page);
  await page.keyboard.press('Control+z');
  await expect.poll(() => volume(page)).toBe(emptied);
  await page.keyboard.press('Control+Shift+Z');
  await expect.poll(() => volume(page)).toBe(painted);
  await expect(page.locator('[data-keeping="kept"]')).toContainText('kept in this browser');

  await page.reload();
  await waitForResult(page);
  await page.getByRole('button', { name: 'Review or edit' }).click();
  await expect.poll(() => volume(page)).toBe(painted);
  await page.getByLabel('Your name').fill('A. Reader');
  await page.getByRole('button', { name: 'Save correction' }).click();
  await expect(page.getByText('Corrected by A. Reader')).toBeVisible();

  const jobId = new URL(page.url()).searchParams.get('job');
  const saved = await page.request.get(`/api/jobs/${jobId}/revisions/1/files/lesion_msk.nii.gz`);
  const path = info.outputPath('lesion_msk.nii.gz');
  writeFileSync(path, await saved.body());
  const found = readByNibabel(path);
  expect(found.voxels).toBeGreaterThan(10);
  const revision = await (await page.request.get(`/api/jobs/${jobId}/revisions/1`)).json();
  expect(revision.volumeMl).toBeCloseTo(painted, 1);
  // +x is the patient's right.
  if (side === 'left') expect(found.middle[0]).toBeGreaterThan(2);
  else expect(found.middle[0]).toBeLessThan(-2);
}
