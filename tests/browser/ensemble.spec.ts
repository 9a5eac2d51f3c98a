import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelShelf } from '@atoll/models/shelf';
import { AxeBuilder } from '@axe-core/playwright';
import { infarctNetwork, writeModelFolder } from '../../packages/models/test/small-model.ts';
import { ensureOnnxRuntime } from '../../scripts/onnx-runtime.ts';
import { expect, type RunningAtoll, startAtoll, test, waitForResult } from './atoll.ts';
import { waitForLayers } from './comparison.ts';

/** A service with a model that marks fluid for infarct, so that it and the embedded engine agree on nothing. */
let service: RunningAtoll & { remove(): void };

test.beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'atoll-browser-'));
  symlinkSync(await ensureOnnxRuntime(), join(dataDir, 'onnxruntime'));
  const patch = [24, 40, 40];
  const fluid = {
    ...infarctNetwork,
    patch,
    outputs: [infarctNetwork.outputs[0], { weights: [0, 8], constant: -16 }],
  };
  const place = { patch, spacingMm: [5, 4, 4], mirrorAxes: [] };
  const source = writeModelFolder({ ...place, id: 'odd', title: 'Odd model' }, [fluid]);
  await new ModelShelf(join(dataDir, 'models')).add(source, { acceptsLicence: true, replaces: false });
  service = await startAtoll({ ATOLL_DATA_DIR: dataDir });
});
test.afterAll(async () => {
  await service.stop();
  service.remove();
});

test('two engines are joined, votes are shown, and what one alone marked is reached', async ({ page }) => {
  await page.goto(`${service.url}/?case=phantom-large-left`);
  const form = page.getByRole('region', { name: 'Run' });
  await expect(form.getByText('Joined by')).toBeHidden();
  await form.getByText('Odd model').last().click();
  await expect(form.getByText('Joined by')).toBeVisible();
  await form.getByText('Union', { exact: true }).click();
  await page.getByRole('button', { name: 'Run segmentation' }).click();
  await waitForResult(page);

  const agreement = page.getByRole('region', { name: 'Agreement of the engines' });
  await expect(agreement).toContainText('Joined by union');
  await expect(agreement.getByRole('row', { name: /^Embedded diffusion engine \d+\.\d\d/ })).toBeVisible();
  await expect(agreement.getByRole('row', { name: /^Dice of the two 0\.0/ })).toBeVisible();
  // The infarct and the fluid beside it touch, and are one lesion of the mask: that each marked a part of it is said.
  const lesions = page.getByLabel('Lesions', { exact: true });
  await expect(lesions).toContainText(
    /Marked by 2 of 2: Embedded diffusion engine \(\d+ % of it\), Odd model \(\d+ % of it\)/,
  );
  await expect(lesions).toContainText('Marked by 1 of 2: Odd model');

  // The infarct is the patient's left, and so is the place that the embedded engine alone marked.
  const places = agreement.getByRole('list', { name: 'Marked by one engine alone' });
  const own = places.getByRole('listitem').filter({ hasText: 'Embedded diffusion engine' }).first();
  await expect(own).toContainText('Left, ');
  await expect(own).toContainText('In the mask');
  const position = page.getByTestId('position');
  const other = places.getByRole('listitem').filter({ hasText: 'Odd model' }).first();
  await other.getByRole('button', { name: 'Go to location' }).click();
  const there = await position.innerText();
  await own.getByRole('button', { name: 'Go to location' }).click();
  await expect(position).toHaveText(/^L /);
  await expect(position).not.toHaveText(there);

  // What each marked, and the votes, can be laid over the images.
  const maps = page.getByRole('region', { name: 'Individual model outputs' });
  await maps.getByText('Odd model').click();
  await maps.getByText('Votes: how many engines marked each voxel').click();
  await waitForLayers(page);
  await expect(maps).toContainText('2 of 2');

  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});

test('an infarct that one engine outvoted stands above the result, and is reached', async ({ page }) => {
  await page.goto(`${service.url}/?case=phantom-large-left`);
  const form = page.getByRole('region', { name: 'Run' });
  await form.getByText('Odd model').last().click();
  await form.getByText('Majority', { exact: true }).click();
  await page.getByRole('button', { name: 'Run segmentation' }).click();
  await waitForResult(page);
  const alarm = page.getByRole('alert', { name: 'Independent check' });
  await expect(alarm).toContainText('Do not rely on this mask as it is');
  await expect(alarm).toContainText(
    /mL in \d+ places were marked by “(Embedded diffusion engine|Odd model)” and “(?!\1)(Embedded|Odd)/,
  );
  const missed = alarm
    .getByRole('listitem')
    .filter({ hasText: 'Marked by “Embedded diffusion engine”' })
    .first();
  await missed.getByRole('button', { name: 'Go to location' }).click();
  await expect(page.getByTestId('position')).toHaveText(/^L /);
});
