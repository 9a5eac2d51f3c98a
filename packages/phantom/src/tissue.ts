import { exponential } from './arithmetic.ts';

/** The b-value of the phantom's DWI, in s/mm². */
export const bValue = 1000;

/** What a tissue gives: signal at b = 0 relative to white matter (T2-weighted), and at b = 1000. */
export type Tissue = { readonly b0: number; readonly adcMm2PerS: number; readonly b1000: number };

/**
 * ADC: grey 0.83, white 0.78, CSF 3.0 ·10⁻³ mm²/s (Nagesh 1998 gives 0.84 ± 0.06 for normal tissue). Signals at
 * b = 0 are ratios as seen on a 3 T echo-planar image with TE about 80 ms.
 */
export const tissues = {
  white: tissue(1, 0.78),
  grey: tissue(1.37, 0.83),
  striatum: tissue(1.25, 0.77),
  pallidum: tissue(0.62, 0.78),
  thalamus: tissue(1.1, 0.78),
  /** The long tracts of the internal capsule and corona radiata. */
  tract: tissue(1.1, 0.72),
  brainStem: tissue(1.02, 0.78),
  cerebellarCortex: tissue(1.3, 0.78),
  csf: tissue(3.3, 3.0),
  vitreous: tissue(3.0, 2.8),
  muscle: tissue(0.22, 1.4),
  scalp: tissue(0.22, 1.1),
  bone: tissue(0.04, 0.9),
} as const;

/** S = S0·exp(−b·ADC). */
function tissue(b0: number, adcMicron: number): Tissue {
  const adcMm2PerS = adcMicron / 1000;
  return { b0, adcMm2PerS, b1000: b0 * exponential(-bValue * adcMm2PerS) };
}
