import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder =
  process.env.ATOLL_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** True where the real data is not there, so that tests on it are skipped; in CI they run and fail instead. */
export const withoutRealData = !existsSync(folder) && process.env.CI !== 'true';
if (withoutRealData) console.warn(`Skipping tests on real images: ${folder} is not there (ATOLL_TEST_DATA).`);

/** A file of the ISLES'22 case: `dwi`, `adc`, `msk` (the expert's) or DeepISLES' own mask. */
export function realCase(role: 'dwi' | 'adc' | 'msk' | 'deepisles'): Promise<Uint8Array> {
  const name =
    role === 'deepisles' ? 'deepisles_lesion_msk.nii.gz' : `sub-strokecase0001_ses-0001_${role}.nii.gz`;
  return readFile(`${folder}/isles22-sub-strokecase0001/${name}`);
}

/** Names of all real pairs of DWI and ADC: heads of eight scanners, a volunteer and two patients. */
export const realPairs: Readonly<Record<string, { readonly dwi: string; readonly adc: string }>> = {
  ...Object.fromEntries(
    ['canon', 'phi_bang', 'phi_eli', 'sie_hfs', 'sie_sag', 'tos', 'uih', 'xa30'].map((head) => [
      head,
      { dwi: `heads/${head}_dwi.nii.gz`, adc: `heads/${head}_adc.nii.gz` },
    ]),
  ),
  volunteer: { dwi: 'philips-volunteer/trace_b1000.nii.gz', adc: 'philips-volunteer/adc.nii.gz' },
  openads: { dwi: 'openads/DWI.nii.gz', adc: 'openads/ADC.nii.gz' },
  isles: {
    dwi: 'isles22-sub-strokecase0001/sub-strokecase0001_ses-0001_dwi.nii.gz',
    adc: 'isles22-sub-strokecase0001/sub-strokecase0001_ses-0001_adc.nii.gz',
  },
};

/** A file of the real data, by its path there. */
export function realFile(path: string): Promise<Uint8Array> {
  return readFile(`${folder}/${path}`);
}
