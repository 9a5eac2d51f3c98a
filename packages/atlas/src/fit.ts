import type { Fit } from './location.ts';
import type { Registration } from './registration.ts';
import type { Subject } from './subject.ts';
import { rotationDegrees } from './transform.ts';

/** Beyond these, no table. */
const limits = {
  outlineDice: 0.8,
  adcCorrelation: 0.15,
  scale: [0.7, 1.25],
  // Scanners' angles and a head's tilt add up: 30° of the one and 25° of the other were fitted well.
  rotationDegrees: 60,
} as const;

/** Beyond these, a word of caution. */
const cautious = { outlineDice: 0.9, adcCorrelation: 0.3 } as const;

/** CSF has this many times the ADC of tissue. */
const csfLevel = 2;

/** Judges a registration by what it laid over the patient: the atlas' brain and its ventricles, on the subject's grid. */
export function judgeFit(
  registration: Registration,
  subject: Subject,
  warped: { readonly brain: Uint8Array; readonly ventricles: Uint8Array },
): Fit {
  const { parameters, correlation, otherWay } = registration;
  const outlineDice = diceWithin(subject, warped.brain);
  const degrees = rotationDegrees(parameters);
  const scale = [1 / parameters[6], 1 / parameters[7], 1 / parameters[8]] as const;
  const faults = [
    outlineDice < limits.outlineDice &&
      `the brain outlines overlap with a Dice of only ${outlineDice.toFixed(2)}`,
    (correlation ?? 0) < limits.adcCorrelation && 'the ADC inside the brain does not resemble the template',
    scale.some((size) => size < limits.scale[0] || size > limits.scale[1]) &&
      'the fit would imply an implausible brain size',
    otherWay !== null &&
      `the head would fit better ${otherWay}, so the images’ affine may be wrong, and with it left and right`,
    degrees > limits.rotationDegrees && `the fit would imply a head rotation of ${degrees.toFixed(0)}°`,
  ].filter((fault) => fault !== false);
  const isFair = outlineDice < cautious.outlineDice || (correlation ?? 0) < cautious.adcCorrelation;
  const verdict = faults.length > 0 ? 'poor' : isFair ? 'fair' : 'good';
  return {
    verdict,
    sentence: sentenceOf(verdict, faults),
    outlineDice,
    adcCorrelation: correlation,
    ventriclesPercentCsf: csfPercent(subject, warped.ventricles),
    scale,
    rotationDegrees: degrees,
  };
}

function sentenceOf(verdict: Fit['verdict'], faults: readonly string[]): string {
  switch (verdict) {
    case 'good':
      return 'The atlas fits this brain well. The registration is affine: it aligns the whole brain, not single gyri.';
    case 'fair':
      return 'The atlas fits this brain only roughly: check the overlay before relying on regions.';
    case 'poor':
      return `The atlas does not fit this brain, so no regions are reported: ${faults.join('; ')}.`;
  }
}

/** Dice of the outlines in the part of the grid where the brain's outline is known. */
function diceWithin({ brain, extent }: Subject, atlasBrain: Uint8Array): number {
  const [nx, ny] = brain.shape;
  let [both, all] = [0, 0];
  for (let k = extent.low[2]; k < extent.high[2]; k++)
    for (let j = extent.low[1]; j < extent.high[1]; j++)
      for (let i = extent.low[0]; i < extent.high[0]; i++) {
        const at = i + nx * (j + ny * k);
        const [own, model] = [brain.data[at], atlasBrain[at]];
        all += own + model;
        both += own * model;
      }
  return all === 0 ? 0 : (2 * both) / all;
}

function csfPercent({ adc, healthyAdc }: Subject, ventricles: Uint8Array): number | null {
  let [all, csf] = [0, 0];
  for (let at = 0; at < ventricles.length; at++) {
    if (ventricles[at] === 0) continue;
    all++;
    if (adc.data[at] > csfLevel * healthyAdc) csf++;
  }
  return all === 0 ? null : (100 * csf) / all;
}
