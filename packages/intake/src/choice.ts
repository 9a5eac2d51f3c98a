import { z } from 'zod';

/** Volumes of one candidate, from 0. Of several, DWI and b0 are made by their mean (geometric for DWI). */
export const Pick = z.strictObject({
  candidateId: z.string().max(100),
  volumes: z.array(z.int().min(0)).min(1).max(10_000),
});
export type Pick = z.infer<typeof Pick>;

/** ADC = ln(b0 / DWI) / b. */
export const ComputedAdc = z.strictObject({
  computedFrom: z.strictObject({
    b0: Pick,
    /** b of the DWI less that of the b0, s/mm²; null while nobody has said it. */
    bValue: z.number().positive().nullable(),
  }),
});
export type ComputedAdc = z.infer<typeof ComputedAdc>;

/**
 * Which image plays which part: what `propose` fills in, a reader corrects and `assemble` carries out. Plain JSON.
 */
export const Choice = z.strictObject({
  dwi: Pick,
  adc: z.union([Pick, ComputedAdc]),
  flair: Pick.nullable(),
  /** An expert's mask to compare with. */
  reference: Pick.nullable(),
});
export type Choice = z.infer<typeof Choice>;

export function isComputed(adc: Choice['adc']): adc is ComputedAdc {
  return 'computedFrom' in adc;
}
