import { type Code, snomedCode } from '../seg/code.ts';

/**
 * Places of the brain in SNOMED CT's codes, by the atlas' names of them, as DICOM lists them (PS3.16 CID 7140, 7153, 7702,
 * 7705). What is not among them has no code there and is told as text alone.
 */
const sites: Readonly<Record<string, Code>> = {
  'frontal lobe': snomedCode('83251001', 'Frontal lobe'),
  'parietal lobe': snomedCode('16630005', 'Parietal lobe'),
  'temporal lobe': snomedCode('78277001', 'Temporal lobe'),
  'occipital lobe': snomedCode('31065004', 'Occipital lobe'),
  insula: snomedCode('36169008', 'Insula'),
  thalamus: snomedCode('42695009', 'Thalamus'),
  cerebellum: snomedCode('113305005', 'Cerebellum'),
  caudate: snomedCode('11000004', 'Caudate Nucleus'),
  'corpus callosum': snomedCode('88442005', 'Corpus callosum'),
  'internal capsule': snomedCode('85637007', 'internal capsule'),
  // Of these DICOM lists the whole alone.
  pons: snomedCode('119238007', 'Brain Stem'),
  medulla: snomedCode('119238007', 'Brain Stem'),
  midbrain: snomedCode('61962009', 'Midbrain'),
};

export const brain = snomedCode('12738006', 'Brain');

const sides = {
  left: snomedCode('7771000', 'Left'),
  right: snomedCode('24028007', 'Right'),
} as const;

/** The code of an atlas' structure; null where there is none. */
export function siteCode(structure: string): Code | null {
  return sites[structure] ?? null;
}

/** The code of a side; null for the midline, which has none. */
export function sideCode(side: 'left' | 'right' | 'midline'): Code | null {
  return side === 'midline' ? null : sides[side];
}
