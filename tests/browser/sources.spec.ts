import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, startAtoll, test } from './atoll.ts';

test('the page lists the subjects of a BIDS folder, and says in a line what was passed over', async ({
  page,
}) => {
  const bids = mkdtempSync(join(tmpdir(), 'atoll-page-bids-'));
  for (const name of ['sub-01_dwi', 'sub-01_adc', 'sub-02_dwi']) {
    const folder = join(bids, name.slice(0, 6), 'dwi');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.nii.gz`), '');
  }
  const atoll = await startAtoll({ ATOLL_BIDS_DIR: bids });
  try {
    await page.goto(atoll.url);
    await expect(page.getByRole('option', { name: /^sub-01 / })).toBeVisible();
    await expect(page.getByText('BIDS folder: 1 session skipped: DWI or ADC is missing.')).toBeVisible();
  } finally {
    await atoll.stop();
    atoll.remove();
    rmSync(bids, { recursive: true });
  }
});
