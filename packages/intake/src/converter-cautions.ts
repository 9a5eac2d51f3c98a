import type { ConverterWarning } from '@atoll/dicom/converter-words';
import type { Caution } from './caution.ts';

/**
 * What the DICOM converter warned of in a series.
 * @param judged how the slices lie was read from their headers: what the converter says of it is a note, no more.
 */
export function converterCautions(warnings: readonly ConverterWarning[], judged: boolean): Caution[] {
  return warnings.map(({ severity, message }) => ({
    code: 'CONVERTER',
    severity: judged ? 'caution' : severity,
    message,
  }));
}
