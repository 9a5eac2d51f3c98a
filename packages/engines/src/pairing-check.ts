import { AtollError } from '@atoll/errors/error';
import { judgePairing } from '@atoll/volume/pairing';
import type { Volume } from '@atoll/volume/volume';
import type { EngineWarning } from './engine.ts';

/** The ADC map where it lies on the DWI, and what there is to say of how it was put there. */
export type PairedAdc<V extends Volume> = { readonly adc: V; readonly warnings: readonly EngineWarning[] };

/**
 * Whether an ADC map belongs to a DWI and lies on it, before any engine combines the two: by their content, whatever
 * headers say. A map that fits at another place is put there, with a serious warning; one that fits nowhere is warned of.
 * @throws AtollError STUDY_ADC_IMPLAUSIBLE, with what is wrong: exchanged or mirrored.
 */
export function checkPairing<V extends Volume>(dwi: Volume, adc: V): PairedAdc<V> {
  const pairing = judgePairing(dwi, adc);
  switch (pairing.relation) {
    case 'as-given':
    case 'unknown':
      return { adc, warnings: [] };
    case 'swapped':
      throw new AtollError(
        'STUDY_ADC_IMPLAUSIBLE',
        'DWI and ADC are exchanged: the image given as ADC looks like a DWI, and the DWI like an ADC map.',
      );
    case 'mirrored':
      throw new AtollError(
        'STUDY_ADC_IMPLAUSIBLE',
        `The ADC map is ${pairing.axes.length === 2 ? 'rotated by 180°' : `mirrored (${pairing.axes.join(', ')})`} against the DWI: one of the two has lost how the patient lies, and nothing says which.`,
      );
    // Not refused: whoever named the two may know of noise or movement that this comparison cannot see past.
    case 'none':
      return {
        adc,
        warnings: [
          {
            code: 'ADC_MISMATCH',
            severity: 'serious',
            message:
              'The ADC map does not fit the DWI anywhere: it is of another head or another examination, or no ADC map. Do not rely on this mask before you have checked both images.',
          },
        ],
      };
    case 'shifted':
      return moved(
        { ...adc, affine: pairing.affine },
        `According to its header the ADC map is displaced by ${pairing.distanceMm.toFixed(0)} mm from the DWI, where the two do not match. It was moved to the matching position; the mask is placed according to the DWI’s header.`,
      );
    case 'by-index':
      return moved(
        { ...adc, affine: pairing.affine },
        'According to its header the ADC map has a different position or orientation from the DWI, but voxel by voxel the two match. It was treated as aligned with the DWI; the mask is placed according to the DWI’s header. Check left and right.',
      );
  }
}

function moved<V extends Volume>(adc: V, message: string): PairedAdc<V> {
  return { adc, warnings: [{ code: 'ADC_MOVED', severity: 'serious', message }] };
}
