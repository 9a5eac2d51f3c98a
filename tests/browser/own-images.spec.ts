import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { hasRealData, realData } from '../../packages/cli/test/real-data.ts';
import { expect, run, test, waitForResult } from './atoll.ts';
import { drop } from './drop.ts';

/** A reader's own images on a page that has a service. */

test.beforeEach(() => {
  test.skip(!hasRealData, `Real images are not there: ${realData}`);
});

test('a folder that is dropped is sorted, listed before it is sent, and then there by its link alone', async ({
  page,
  context,
  faults,
}) => {
  await page.goto('/');
  // From the drop on the page asks the service for nothing: it has to have answered before.
  await expect(page.getByRole('option').first()).toBeVisible();
  await drop(page, [join(realData, 'isles22-sub-strokecase0001')]);
  await expect(page.getByRole('heading', { name: '4 images found' })).toBeVisible();
  // Two masks fit; the reader says which one, and the other one gives way.
  const expert = page.getByLabel('Role of isles22-sub-strokecase0001/sub-strokecase0001_ses-0001_msk');
  const other = page.getByLabel('Role of isles22-sub-strokecase0001/deepisles_lesion_msk');
  await other.selectOption('Reference mask');
  await expect(expert.locator('option:checked')).toHaveText('Not used');
  await expert.selectOption('Reference mask');
  await expect(other.locator('option:checked')).toHaveText('Not used');
  await page.getByLabel(/^Role of .*_dwi$/).selectOption('Not used');
  await expect(page.getByText('Select the DWI.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run locally (nothing is uploaded)' })).toBeDisabled();
  await page.getByLabel(/^Role of .*_dwi$/).selectOption('DWI');

  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await page.getByRole('button', { name: 'Upload to the service…' }).click();
  await expect(page.getByRole('heading', { name: /^Files to upload to \S+:\d+$/ })).toBeFocused();
  for (const name of ['dwi', 'adc', 'reference']) {
    await expect(page.getByRole('cell', { name: `${name} (NIfTI, gzipped)` })).toBeVisible();
  }
  await expect(page.getByText('any text in the image headers')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  expect(sent).toEqual([]);
  await page.getByRole('button', { name: 'Upload 3 files' }).click();

  await expect(page.getByLabel('Uploaded case')).toContainText('DWI, ADC, reference');
  expect(sent.filter((request) => request.startsWith('POST'))).toEqual(['POST /api/cases']);
  expect(page.url()).toMatch(/\?case=u-[0-9a-f]{32}/);
  await page.reload();
  await run(page);
  await waitForResult(page);
  await expect(page.getByRole('row', { name: /^Dice 0\.[56]/ })).toBeVisible();

  // Whoever has no link does not see it.
  const stranger = await context.newPage();
  await stranger.goto('/');
  await expect(stranger.getByRole('option').first()).toBeVisible();
  await expect(stranger.getByRole('option', { name: /u-|Uploaded case/ })).toHaveCount(0);

  faults.allow(/404|410/);
  const link = page.url();
  await page.getByRole('button', { name: 'Delete case and results…' }).click();
  await page.getByRole('button', { name: 'Delete permanently' }).click();
  await expect(page.getByText('No case chosen')).toBeVisible();
  await page.goto(link);
  await expect(page.getByRole('alert').first()).toBeVisible();
});
