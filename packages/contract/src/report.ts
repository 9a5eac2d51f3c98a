import { z } from 'zod';
import { LocationReport } from './location.ts';

const PointMm = z
  .tuple([z.number(), z.number(), z.number()])
  .describe('World millimetres, RAS+: x to the patient’s right, y anterior, z superior.');

export const Lesion = z
  .object({
    id: z.int().positive(),
    volumeMl: z.number(),
    side: z.enum(['left', 'right', 'both']).describe('The patient’s side.'),
    place: z.string(),
    territory: z
      .string()
      .optional()
      .describe('Location by the atlas, such as "left MCA, insula and lentiform"; absent if no atlas fits.'),
    centroidMm: PointMm,
    focusMm: PointMm,
    meanAdcMm2PerS: z.number().nullable(),
    minAdcMm2PerS: z.number().nullable(),
  })
  .meta({ id: 'Lesion' });
export type Lesion = z.infer<typeof Lesion>;

export const EngineWarning = z
  .object({
    code: z.string(),
    severity: z.enum(['info', 'caution', 'serious']),
    message: z.string(),
  })
  .meta({ id: 'EngineWarning' });
export type EngineWarning = z.infer<typeof EngineWarning>;

export const QualityMeasure = z
  .object({
    name: z.string(),
    label: z.string(),
    value: z.union([z.number(), z.string(), z.boolean()]).nullable(),
    unit: z.string().nullable(),
    normalRange: z.tuple([z.number(), z.number()]).nullable(),
  })
  .meta({ id: 'QualityMeasure' });
export type QualityMeasure = z.infer<typeof QualityMeasure>;

/** Agreement of a mask with a reference, by the ISLES'22 definitions. */
export const Agreement = z
  .object({
    dice: z.number(),
    absoluteVolumeDifferenceMl: z.number(),
    lesionCountDifference: z.int(),
    lesionF1: z.number(),
    sensitivity: z.number().nullable(),
    precision: z.number().nullable(),
    hausdorff95Mm: z.number().nullable(),
    averageSurfaceDistanceMm: z.number().nullable(),
    predictionVolumeMl: z.number(),
    referenceVolumeMl: z.number(),
    predictionLesionCount: z.int(),
    referenceLesionCount: z.int(),
    notes: z.array(z.string()),
  })
  .meta({ id: 'Agreement' });
export type Agreement = z.infer<typeof Agreement>;

/** Three different things: computed, nothing to compare with, and could not be computed. */
export const Metrics = z
  .discriminatedUnion('status', [
    Agreement.extend({ status: z.literal('computed') }),
    z.object({ status: z.literal('no-reference') }),
    z.object({ status: z.literal('not-computable'), reason: z.string() }),
  ])
  .meta({ id: 'Metrics' });
export type Metrics = z.infer<typeof Metrics>;

/** A further map of the engine's, beside the mask. */
export const OverlayReport = z
  .object({
    id: z.string(),
    title: z.string(),
    volumeMl: z.number().describe('Of all that it marks.'),
    diceWithMask: z.number().nullable().describe('With the mask of the result; null for a count map.'),
    sha256: z.string(),
  })
  .meta({ id: 'OverlayReport' });
export type OverlayReport = z.infer<typeof OverlayReport>;

/**
 * Bright on DWI with a low ADC, or marked by engines of an ensemble, and not in the mask: a candidate, in
 * `missed_msk.nii.gz`.
 */
export const MissedPlace = Lesion.extend({
  markedBy: z
    .array(z.string())
    .optional()
    .describe('Engines of an ensemble that mark some of it; absent where none does.'),
  dwiRatio: z.number().nullable().describe('Mean DWI relative to the surrounding healthy tissue.'),
  adcRatio: z.number().nullable().describe('Mean ADC relative to the patient’s healthy tissue.'),
  why: z.string(),
}).meta({ id: 'MissedPlace' });
export type MissedPlace = z.infer<typeof MissedPlace>;

/** A lesion of the mask for which neither DWI nor ADC speaks, or that lies outside the brain. */
export const DoubtfulLesion = z
  .object({
    lesionId: z.int().positive().describe('Of `lesions`.'),
    reason: z.enum(['no-contrast', 'outside-brain']),
    why: z.string(),
  })
  .meta({ id: 'DoubtfulLesion' });
export type DoubtfulLesion = z.infer<typeof DoubtfulLesion>;

/** A plain second look at the whole head, whatever the engine: what is in the one and not in the other. */
const PlainLook = z
  .discriminatedUnion('status', [
    z.object({
      status: z.literal('done'),
      seenMl: z.number().describe('Bright on DWI with a low ADC, on coarse blocks: a lower bound.'),
      coveredShare: z.number().nullable().describe('How much of it the mask covers or comes near, 0–1.'),
      missed: z.array(MissedPlace),
      doubtful: z.array(DoubtfulLesion),
      missedSha256: z.string().nullable(),
    }),
    z.object({ status: z.literal('not-possible'), reason: z.string() }),
  ])
  .meta({ id: 'PlainLook' });

const BrainOutline = z.object({ volumeMl: z.number(), sha256: z.string() }).meta({ id: 'BrainOutline' });

/** An engine of an ensemble, and what it has to do with the joined mask. */
const EnsemblePart = z
  .object({
    engine: z.string(),
    title: z.string(),
    overlay: z.string().describe('Id of the overlay with what it marked.'),
    volumeMl: z.number(),
    lesionCount: z.int(),
    diceWithMask: z.number(),
    aloneMl: z.number().describe('Of what it marked, how much no other engine did, rims included.'),
    sensitivity: z.number().nullable().describe('As STAPLE estimates it; null if it was not asked.'),
    specificity: z.number().nullable(),
  })
  .meta({ id: 'EnsemblePart' });

/** A place that one engine of an ensemble alone marked, beyond a rim around what others mark, too. */
const Disagreement = Lesion.extend({
  engine: z.string(),
  isApart: z.boolean().describe('False if it continues something that others mark, too.'),
  isInMask: z.boolean().describe('Whether the joined mask contains it.'),
}).meta({ id: 'Disagreement' });

/** How the engines of an ensemble agree. */
const EnsembleReport = z
  .object({
    rule: z.enum(['majority', 'union', 'staple']),
    parts: z.array(EnsemblePart),
    dice: z
      .array(z.object({ engines: z.tuple([z.string(), z.string()]), dice: z.number() }))
      .describe('Of each two engines; 1 if both marked nothing.'),
    votesMl: z.array(z.number()).describe('Volume marked by exactly one engine, by two, and so on.'),
    lesionVotes: z
      .array(
        z.object({
          lesionId: z.int().positive(),
          shares: z.array(z.object({ engine: z.string(), share: z.number() })),
        }),
      )
      .describe('For each lesion the share (0–1) of it that each engine marks; 0 if it missed the lesion.'),
    disagreements: z.array(Disagreement).describe('Largest first, 100 at most.'),
    unlisted: z
      .object({ count: z.int(), volumeMl: z.number() })
      .describe('Smaller disagreements that are not listed.'),
  })
  .meta({ id: 'EnsembleReport' });

const Parameters = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

/** An engine of an ensemble as it ran. */
const PartProvenance = z
  .object({
    engine: z.string(),
    engineVersion: z.string(),
    preset: z.string(),
    options: z.array(z.string()),
    parameters: Parameters.describe('For models, with the SHA-256 of each network.'),
    elapsedSeconds: z.number(),
    maskSha256: z.string().describe('Of what it marked, as the file of its overlay.'),
  })
  .meta({ id: 'PartProvenance' });

const Provenance = z
  .object({
    atollVersion: z.string(),
    engine: z.string(),
    engineVersion: z.string(),
    preset: z.string(),
    options: z.array(z.string()).default([]),
    parameters: Parameters,
    inputSha256: z.record(z.string(), z.string()),
    outputSha256: z.string(),
    derivation: z
      .array(z.string())
      .optional()
      .describe('How the inputs were derived from the uploaded images, a sentence each.'),
    createdAt: z.string(),
    runtime: z.string(),
    citations: z.array(z.string()),
    notice: z.string(),
    parts: z
      .array(PartProvenance)
      .optional()
      .describe('The engines of an ensemble; absent if one engine made the mask.'),
  })
  .meta({ id: 'Provenance' });

export const Verdict = z.enum(['accepted', 'corrected', 'rejected']);
export type Verdict = z.infer<typeof Verdict>;

/** How a mask differs from an earlier one. */
const MaskChange = z
  .object({
    addedVoxels: z.int(),
    removedVoxels: z.int(),
    addedMl: z.number(),
    removedMl: z.number(),
    dice: z.number().describe('Of the two; 1 where both are empty.'),
  })
  .meta({ id: 'MaskChange' });

/** Who stands behind a mask that a reader looked at, and what they made of it. */
const RevisionReport = z
  .object({
    of: z.string().nullable().describe('The job whose result was revised; null for one that has no id.'),
    number: z.int().positive(),
    parent: z.int().nonnegative().describe('The revision that was revised; 0 is the engine’s own mask.'),
    author: z.string(),
    note: z.string(),
    verdict: Verdict,
    createdAt: z.string(),
    maskSha256: z.string(),
    sinceParent: MaskChange,
    sinceEngine: MaskChange,
  })
  .meta({ id: 'RevisionReport' });

const ProbabilityReport = z
  .object({
    threshold: z
      .number()
      .nullable()
      .describe('The engine’s mask is what lies above it; null if no one threshold gives the mask.'),
    sha256: z.string(),
  })
  .meta({ id: 'ProbabilityReport' });

/** report.json, and what `atoll segment --json` prints. */
export const Report = z
  .object({
    engine: z.string(),
    volumeMl: z.number(),
    lesionCount: z.int(),
    lesions: z.array(Lesion),
    lowAdc: z
      .object({ belowMm2PerS: z.number(), volumeMl: z.number() })
      .nullable()
      .default(null)
      .describe('How much of the mask has an ADC below the threshold; null where it was not measured.'),
    quality: z.array(QualityMeasure),
    warnings: z.array(EngineWarning),
    metrics: Metrics,
    overlays: z.array(OverlayReport).default([]),
    plainLook: PlainLook.nullable().default(null).describe('null in reports from earlier versions.'),
    brain: BrainOutline.nullable().default(null).describe('null if the engine makes none.'),
    ensemble: EnsembleReport.optional().describe(
      'How the engines of an ensemble agree; absent if one engine made the mask, or a reader revised it.',
    ),
    probability: ProbabilityReport.nullable()
      .default(null)
      .describe('null if the engine gives no probability map, or was not asked for it.'),
    location: LocationReport.optional().describe(
      'Lesion location by an atlas, or why it is not reported; absent in results of earlier versions.',
    ),
    elapsedSeconds: z.number(),
    provenance: Provenance,
    revision: RevisionReport.optional().describe(
      'Absent where no reader has looked at the mask: it is the engine’s own.',
    ),
  })
  .meta({ id: 'Report' });
export type Report = z.infer<typeof Report>;
