import type { AtlasKind } from './regions.ts';

export type PinnedFile = {
  readonly kind: AtlasKind;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** At a pinned commit. */
  readonly url: string;
  readonly licence: string;
};

const folder =
  'https://raw.githubusercontent.com/farialab/OpenADS/e08338e8c6372599cf910a40686cd70ebfffb42f/assets/atlases/JHU_ICBM';
const bySa = 'CC BY-SA 4.0, © Johns Hopkins University';
const mit = 'MIT';

/** The atlas that Atoll places lesions by. It is fetched when somebody asks for it, and never comes with Atoll. */
export const pinnedAtlas = {
  id: 'jhu-icbm',
  title: 'JHU arterial territories, ASPECTS, PC-ASPECTS and lobes',
  space: 'MNI152NLin6Asym',
  licences: [
    'Arterial territories: CC BY-SA 4.0 (https://creativecommons.org/licenses/by-sa/4.0/), © Johns Hopkins University. Give credit, and share adaptations under the same licence.',
    'ASPECTS, PC-ASPECTS and lobes: MIT, farialab/OpenADS.',
  ],
  citations: [
    'Liu C-F, Hsu J, Xu X, et al. Digital 3D brain MRI arterial territories atlas. Scientific Data 2023;10:74. doi:10.1038/s41597-022-01923-0.',
    'OpenADS, farialab, https://github.com/farialab/OpenADS, commit e08338e.',
  ],
  files: [
    {
      kind: 'territory',
      name: 'ArterialAtlas_MNI182.nii.gz',
      sizeBytes: 169_286,
      sha256: '1d7026edf84e959fbab1a444a2c32190d3f62eba3ffb3cf9c3edd08d73edf282',
      url: `${folder}/ArterialAtlas_MNI182.nii.gz`,
      licence: bySa,
    },
    {
      kind: 'aspects',
      name: 'AspectsAtlas_MNI182.nii.gz',
      sizeBytes: 123_437,
      sha256: 'c9bb691fe34b00d680a70f5edf0ae5fcabfb0024ebf9f39bc9ac7e53ece8a688',
      url: `${folder}/AspectsAtlas_MNI182.nii.gz`,
      licence: mit,
    },
    {
      kind: 'pcAspects',
      name: 'AspectsPcaAtlas_MNI182.nii.gz',
      sizeBytes: 74_099,
      sha256: '8ae7ba6438b415a32a983b5a67b184ca26259f8da05b44d8ff64db6e21dff50e',
      url: `${folder}/AspectsPcaAtlas_MNI182.nii.gz`,
      licence: mit,
    },
    {
      kind: 'structure',
      name: 'LobeAtlas_MNI182.nii.gz',
      sizeBytes: 169_160,
      sha256: '9929c3732a577a6fb6465bf1e2738ce6ff978f8fde3cae5031d6dfbe96dca01f',
      url: `${folder}/LobeAtlas_MNI182.nii.gz`,
      licence: mit,
    },
  ] satisfies PinnedFile[],
} as const;
