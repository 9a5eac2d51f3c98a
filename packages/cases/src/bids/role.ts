import type { BidsName } from '@atoll/intake/bids-name';
import type { CaseRole } from '@atoll/volume/case-files';

/** Maps that were made of a diffusion series keep its suffix: `rec-ADC_dwi`, `acq-FA_dwi`. */
function roleOfDiffusion(entities: BidsName['entities']): CaseRole | null {
  const labels = ['rec', 'acq', 'desc'].map((key) => entities.get(key) ?? '');
  if (labels.some((label) => /^(e|exp)adc/i.test(label))) return null;
  if (labels.some((label) => /adc/i.test(label))) return 'adc';
  return labels.some((label) => /^(col)?fa$/i.test(label)) ? null : 'dwi';
}

/**
 * What a file is in a case, by its name: BIDS’ own suffixes, and those of ISLES’22 (`_msk`) and ISLES’24
 * (`_lesion-msk`). A mask is a reference only when its name says that it is of lesions.
 */
export function roleOf({ entities, suffix, extension }: BidsName): CaseRole | null {
  if (extension !== '.nii' && extension !== '.nii.gz') return null;
  switch (suffix.toLowerCase()) {
    case 'dwi':
    case 'trace':
      return roleOfDiffusion(entities);
    case 'adc':
      return 'adc';
    case 'flair':
      return 'flair';
    case 'msk':
    case 'lesion-msk':
      return 'reference';
    case 'mask':
      return [entities.get('desc'), entities.get('label')].some((label) =>
        /^(lesions?|stroke|infarct)/i.test(label ?? ''),
      )
        ? 'reference'
        : null;
    default:
      return null;
  }
}

/** Whether a DWI's name says that its directions are combined. */
export function isNamedTrace({ entities, suffix }: BidsName, role: CaseRole): boolean {
  return (
    role === 'dwi' &&
    (suffix === 'trace' || ['acq', 'rec', 'desc'].some((key) => /trace/i.test(entities.get(key) ?? '')))
  );
}
