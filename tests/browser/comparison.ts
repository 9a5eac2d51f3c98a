import { Job, SegmentAccepted } from '@atoll/contract/jobs';
import { gzip } from '@atoll/volume/gzip';
import { readNifti } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Mask } from '@atoll/volume/volume';
import { expect, type Page } from '@playwright/test';
import { choosePlane, waitForResult } from './atoll.ts';
import { countColour } from './pixels.ts';

/** A run of the case, made through the API alone; the same one when it is asked for again. */
export async function completedRun(page: Page, caseId: string, preset: string): Promise<Job> {
  const answer = await page.request.post('/api/segment', { data: { case_id: caseId, preset } });
  const { jobId } = SegmentAccepted.parse(await answer.json());
  let job: Job | null = null;
  await expect
    .poll(
      async () => {
        job = Job.parse(await (await page.request.get(`/api/jobs/${jobId}`)).json());
        return job.status;
      },
      { timeout: 90_000 },
    )
    .toBe('completed');
  if (job === null) throw new Error('no job');
  return job;
}

/** From here on the page gets a mask of the test's making in a file's place, or at an address of its own. */
export async function replaceMask(
  page: Page,
  url: string,
  change: (mask: Mask) => Mask,
  at: string = url,
): Promise<void> {
  const bytes = await (await page.request.get(url)).body();
  const { shape, affine, data } = await readNifti(new Uint8Array(bytes));
  const changed = change({ shape, affine, data: Uint8Array.from(data) });
  const body = Buffer.from(await gzip(writeNifti(changed, 'uint8')));
  await page.route(at, (route) => route.fulfill({ body, contentType: 'application/gzip' }));
}

/** The mask on the other side of the head; the first axis of these phantoms runs from side to side. */
function mirrored({ shape, affine, data }: Mask): Mask {
  const nx = shape[0];
  return { shape, affine, data: data.map((_, at) => data[at - (at % nx) + (nx - 1 - (at % nx))]) };
}

export async function waitForLayers(page: Page): Promise<void> {
  await expect(page.locator('[data-layers="ready"]')).toBeVisible();
  await page.waitForTimeout(400);
}

/** A run of a lesion of one side, compared with one of the other side: each colour must stay on its own. */
export async function expectSidesOfBoth(page: Page, caseId: string, side: 'left' | 'right'): Promise<void> {
  const shown = await completedRun(page, caseId, 'balanced');
  const other = await completedRun(page, caseId, 'specific');
  await replaceMask(page, other.result?.predictionUrl ?? '', mirrored);
  await page.goto(`/?case=${caseId}&job=${shown.jobId}&with=${other.jobId}`);
  await waitForResult(page);
  await waitForLayers(page);
  const comparison = page.getByLabel('Comparison of two runs');
  await expect(comparison.getByRole('row', { name: 'Dice 0.000' })).toBeVisible();
  for (const plane of ['Axial', 'Coronal']) {
    await choosePlane(page, plane);
    // A busy machine draws a moment later.
    await expect(async () => {
      const [mask, mirror] = [await countColour(page, 'mask'), await countColour(page, 'other')];
      expect(mask.total).toBeGreaterThan(200);
      expect(mirror.total).toBeGreaterThan(50);
      // Radiological: the patient's left is on the right of the picture.
      const [near, far] = side === 'left' ? (['right', 'left'] as const) : (['left', 'right'] as const);
      expect(mask[near] / mask.total).toBeGreaterThan(0.95);
      expect(mirror[far] / mirror.total).toBeGreaterThan(0.95);
    }).toPass({ timeout: 20_000 });
  }
}
