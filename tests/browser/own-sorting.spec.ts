import { join } from 'node:path';
import { convertInNode } from '@atoll/dicom/convert-node';
import { examine } from '@atoll/intake/examine';
import { filesOfFolder } from '@atoll/intake/folder-files';
import { gather } from '@atoll/intake/gather';
import { hasRealData, realData } from '../../packages/cli/test/real-data.ts';
import { expect, test } from './atoll.ts';
import { drop } from './drop.ts';

/** What the page makes of files that people really have, and of several subjects at once. */

const intake = join(realData, 'intake');

test.beforeEach(() => {
  test.skip(!hasRealData, `Real images are not there: ${realData}`);
});

test('of two subjects that are dropped together one is chosen before anything is made of them', async ({
  page,
}) => {
  await page.goto('/');
  await expect(page.getByRole('option').first()).toBeVisible();
  await drop(page, [join(intake, 'two_subjects_mixed/sub-01'), join(intake, 'two_subjects_mixed/sub-02')]);
  const found = page.getByRole('region', { name: 'What was found' });
  await expect(found.getByText('These are images of 2 subjects or sessions (sub-01, sub-02).')).toBeVisible();
  await expect(found.getByText('Select a subject.')).toBeVisible();
  const images = found.getByRole('list', { name: 'Images' }).getByRole('listitem');
  await expect(images).toHaveCount(3);
  const runHere = found.locator('.ways .button.primary');
  await expect(runHere).toBeDisabled();
  // One of them has no ADC map, and is not given the other's.
  await found.getByText('sub-01', { exact: true }).click();
  await expect(images).toHaveCount(1);
  await expect(found.getByText('neither an ADC map nor a b0 image')).toBeVisible();
  await expect(runHere).toBeDisabled();
  await found.getByText('sub-02', { exact: true }).click();
  await expect(images).toHaveCount(2);
  await expect(found.getByText('Select a subject.')).toHaveCount(0);
  await expect(runHere).toBeEnabled();
});

/** Of each kind one: NIfTI by content, by names and by sidecars; a ZIP; DICOM that is converted. */
const folders = [
  'adc_dwi_names_swapped',
  'adc_last_of_4d',
  'adc_sform_elsewhere',
  'bval_count',
  'dwi_without_codes',
  'own_mask_as_reference',
  'zip_rgb_nifti',
  'one_direction_called_iso',
  'single_slice',
] as const;

test('the page says of files what the command line says of them, word for word', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('option').first()).toBeVisible();
  for (const name of folders) {
    const gathered = await gather(await filesOfFolder(join(intake, name)), { convert: convertInNode });
    const { proposal, candidates } = await examine(gathered.candidates);
    await page.reload();
    await expect(page.getByRole('option').first()).toBeVisible();
    await drop(page, [join(intake, name)]);
    const found = page.getByRole('region', { name: 'What was found' });
    await expect(found.getByRole('list', { name: 'Images' }).getByRole('listitem')).toHaveCount(
      candidates.length,
    );
    for (const { message } of proposal.problems)
      await expect(found.getByText(message, { exact: true }), name).toBeAttached();
    const noted = found.getByRole('list', { name: 'Warnings' }).getByRole('listitem');
    await expect(noted, name).toHaveCount(proposal.problems.length);
    for (const { reason } of gathered.ignored)
      await expect(found.getByText(reason, { exact: true }), name).toBeAttached();
    for (const { reason } of proposal.unused)
      await expect(found.getByText(reason, { exact: true }).first(), name).toBeAttached();
    const runHere = found.locator('.ways .button.primary');
    if (proposal.missing.length === 0) await expect(runHere, name).toBeEnabled();
    else await expect(runHere, name).toBeDisabled();
  }
});
