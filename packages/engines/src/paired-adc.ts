import { AtollError } from '@atoll/errors/error';
import type { NiftiImage } from '@atoll/volume/nifti-read';
import { judgePairing } from '@atoll/volume/pairing';
import { pairingWords } from '@atoll/volume/pairing-words';
import type { EngineWarning } from './engine.ts';

/**
 * The ADC map where it fits the DWI: the last look before an engine is given the two, whichever way they came. One that
 * its header places beside the DWI is moved, and that is told.
 * @throws AtollError STUDY_MISMATCH where it fits nowhere, is mirrored, or was exchanged with the DWI.
 */
export function pairedAdc(
  dwi: NiftiImage,
  adc: NiftiImage,
): { readonly adc: NiftiImage; readonly warnings: readonly EngineWarning[] } {
  const pairing = judgePairing(dwi, adc);
  const words = pairingWords(pairing);
  if (words === null) return { adc, warnings: [] };
  if (words.refuses || !('affine' in pairing)) throw new AtollError('STUDY_MISMATCH', words.message);
  return {
    adc: { ...adc, affine: pairing.affine },
    warnings: [{ code: 'ADC_MOVED', severity: 'serious', message: words.message }],
  };
}
