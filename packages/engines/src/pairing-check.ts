import { AtollError } from '@atoll/errors/error';
import { judgePairing } from '@atoll/volume/pairing';
import { pairingWords } from '@atoll/volume/pairing-words';
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
  const words = pairingWords(pairing);
  if (words === null) return { adc, warnings: [] };
  const { message } = words;
  if ('affine' in pairing && !words.refuses) {
    return {
      adc: { ...adc, affine: pairing.affine },
      warnings: [{ code: 'ADC_MOVED', severity: 'serious', message }],
    };
  }
  // Not refused: whoever named the two may know of noise or movement that this comparison cannot see past.
  if (pairing.relation === 'none') {
    return { adc, warnings: [{ code: 'ADC_MISMATCH', severity: 'serious', message }] };
  }
  throw new AtollError('STUDY_ADC_IMPLAUSIBLE', message);
}
