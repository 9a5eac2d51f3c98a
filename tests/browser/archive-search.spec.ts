import { storeInstances } from '@atoll/dicom/web/store';
import { AxeBuilder } from '@axe-core/playwright';
import { OrthancServer } from '../../packages/dicom/test/orthanc-server.ts';
import { fewDirections, philipsSeries, withoutPhilips } from '../../packages/dicom/test/philips-series.ts';
import { axial, makeSeries } from '../../packages/dicom/test/source-series.ts';
import { expect, startAtoll, test, waitForImages } from './atoll.ts';

test('a study is searched in a real Orthanc, fetched, and shown as a case; one without the images is told why', async ({
  page,
  faults,
}) => {
  test.skip(withoutPhilips, 'The Philips examination is not there.');
  // The study without a DWI and an ADC.
  faults.allow(/status of 422/);
  const orthanc = await OrthancServer.start();
  const service = await startAtoll({
    ATOLL_ARCHIVES: `pacs=${orthanc.root}`,
    ATOLL_ARCHIVE_CREDENTIALS: `pacs=${orthanc.user}:${orthanc.password}`,
  });
  try {
    const real = fewDirections(await philipsSeries()).map((bytes) => new Uint8Array(bytes));
    for (const files of [makeSeries(axial), real]) {
      await storeInstances(orthanc.root, files, { authorization: orthanc.basic });
    }
    await page.goto(service.url);
    await page.getByRole('button', { name: 'Search the image archive…' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('button', { name: 'Search' })).toBeDisabled();
    await dialog.getByLabel('Patient ID').fill('nobody-at-all');
    await dialog.getByRole('button', { name: 'Search' }).click();
    await expect(dialog.getByText('No matching studies.')).toBeVisible();

    await dialog.getByLabel('Patient ID').fill('');
    await dialog.getByLabel('Study date from').fill('1990-01-01');
    await dialog.getByRole('button', { name: 'Search' }).click();
    const rows = dialog.getByRole('table', { name: 'Studies found' }).getByRole('row');
    await expect(rows).toHaveCount(3);
    const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze();
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);

    const made = rows.filter({ hasText: 'T-1' });
    await made.getByRole('button', { name: 'Fetch' }).click();
    await expect(dialog.getByRole('alert')).toBeVisible();

    const study = rows.filter({ hasNotText: 'T-1' }).last();
    await study.getByRole('button', { name: 'Fetch' }).click();
    await expect(dialog).toBeHidden();
    await waitForImages(page);
    expect(page.url()).toMatch(/case=u-[0-9a-f]{32}/);
    // Nobody's name goes into addresses.
    expect(page.url()).not.toMatch(/T-1|pacs/);
  } finally {
    await service.stop();
    service.remove();
    await orthanc.stop();
  }
});
