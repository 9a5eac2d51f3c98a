import type { CaseRole } from '@atoll/volume/case-files';
import type { PinnedFile } from '../remote/pinned-files.ts';

export type ExampleFile = PinnedFile & { readonly role: Exclude<CaseRole, 'flair'> };

export type Example = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly licence: string;
  readonly licenceUrl: string;
  /** How to cite it. */
  readonly citation: string;
  readonly files: readonly ExampleFile[];
};

const github = 'https://raw.githubusercontent.com';
/** The images as the authors of the ISLES’22 ensemble ship them with their code. */
const images = `${github}/Tabrisrei/ISLES22_Ensemble/ea9281c5ded95d4f9344e4841b7cc8db9e0fb710/data`;
/** The expert’s mask from a copy of the whole ISLES’22 data set. */
const masks = `${github}/yara-yk2104889/aihealth_project/27c3a87070602473f1ffac47d843d8a8e7c47193/ISLES-2022/derivatives/sub-strokecase0001/ses-0001`;

/** One real patient of ISLES’22, skull-stripped, with the mask of an expert. */
export const isles22Example: Example = {
  id: 'isles22-example',
  title: 'ISLES’22 example',
  description: 'Images of a real patient, skull-stripped, with an expert’s mask.',
  licence: 'CC BY-SA 4.0',
  licenceUrl: 'https://creativecommons.org/licenses/by-sa/4.0/',
  citation:
    'Hernandez Petzsche et al., ISLES 2022: A multi-center magnetic resonance imaging stroke lesion segmentation dataset. Scientific Data 9, 762 (2022).',
  files: [
    {
      role: 'dwi',
      name: 'sub-strokecase0001_ses-0001_dwi.nii.gz',
      sizeBytes: 1_593_299,
      sha256: 'afdc5bb8ead4121bda6a250632ba559da3af9e5bc0afad5a30ecc9425ae5dd9e',
      url: `${images}/sub-strokecase0001_ses-0001_dwi.nii.gz`,
    },
    {
      role: 'adc',
      name: 'sub-strokecase0001_ses-0001_adc.nii.gz',
      sizeBytes: 1_605_880,
      sha256: '9026d12f9595e438705f7e3bbe3319345cf6ba55b339fd8b21fabcbbc9c7fc15',
      url: `${images}/sub-strokecase0001_ses-0001_adc.nii.gz`,
    },
    {
      role: 'reference',
      name: 'sub-strokecase0001_ses-0001_msk.nii.gz',
      sizeBytes: 9_432,
      sha256: 'ccc3177c6890e937a43a4d46229e772c506a7dd60b8621d7460af9c572d0b423',
      url: `${masks}/sub-strokecase0001_ses-0001_msk.nii.gz`,
    },
  ],
};
