import { z } from 'zod';

const Side = z.enum(['left', 'right', 'midline']);

/** How much of a region a lesion takes, and how much of the lesion lies there. */
export const RegionShare = z
  .object({
    name: z.string(),
    side: Side.describe('The patient’s side.'),
    group: z.string().describe('The artery of the territory; the name again if there is none.'),
    volumeMl: z.number(),
    regionMl: z.number().describe('Of the region in this patient, within the field of view.'),
    percentOfRegion: z.number(),
    percentOfLesion: z.number(),
  })
  .meta({ id: 'RegionShare' });
export type RegionShare = z.infer<typeof RegionShare>;

const Place = z.object({
  phrase: z.string().describe('In words, such as "left MCA, insula and lentiform".'),
  territories: z.array(RegionShare).describe('Largest first.'),
  structures: z.array(RegionShare).describe('Lobes and deep structures, largest first.'),
  outsideMl: z.number().describe('Further than 6 mm from any territory of the atlas.'),
});

export const ScoreEstimate = z
  .object({
    score: z.int(),
    regions: z.array(
      z.object({
        name: z.string(),
        side: Side,
        volumeMl: z.number(),
        regionMl: z.number(),
        percentOfRegion: z.number(),
        affected: z.boolean(),
        points: z.int().describe('Points that an affected region deducts from the score.'),
      }),
    ),
  })
  .describe('By overlap with an atlas: an estimate, not an ASPECTS read by a person.')
  .meta({ id: 'ScoreEstimate' });
export type ScoreEstimate = z.infer<typeof ScoreEstimate>;

export const AtlasFit = z
  .object({
    verdict: z.enum(['good', 'fair', 'poor']),
    sentence: z.string(),
    outlineDice: z.number(),
    adcCorrelation: z.number().nullable(),
    ventriclesPercentCsf: z.number().nullable(),
    scale: z
      .tuple([z.number(), z.number(), z.number()])
      .describe('Size of this brain relative to the template.'),
    rotationDegrees: z.number(),
  })
  .meta({ id: 'AtlasFit' });
export type AtlasFit = z.infer<typeof AtlasFit>;

const Atlas = z.object({
  id: z.string(),
  title: z.string(),
  space: z.string().describe('Template space, as TemplateFlow names it.'),
  licences: z.array(z.string()),
  citations: z.array(z.string()),
});

export const LegendEntry = z
  .object({ label: z.int(), name: z.string(), side: Side, group: z.string() })
  .meta({ id: 'LegendEntry' });
export type LegendEntry = z.infer<typeof LegendEntry>;

const placement = {
  fit: AtlasFit,
  toMni: z
    .array(z.array(z.number()))
    .describe('Three rows: the patient’s world mm (RAS+) to those of the atlas’ space.'),
  atlas: Atlas,
  legend: z.array(LegendEntry).describe('Labels of the territory overlay.'),
};

/** Where the lesions lie by an atlas; or that it fits poorly; or why nothing is said. */
export const LocationReport = z
  .discriminatedUnion('status', [
    z.object({
      status: z.literal('located'),
      ...placement,
      whole: Place.describe('The whole mask.'),
      lesions: z.array(Place.extend({ id: z.int() })),
      cutoff: z
        .object({ percentOfRegion: z.number(), volumeMl: z.number() })
        .describe('When a region of a score counts as affected: either is enough.'),
      aspects: z.object({ left: ScoreEstimate, right: ScoreEstimate }),
      pcAspects: ScoreEstimate,
    }),
    z.object({ status: z.literal('poor-fit'), ...placement }),
    z.object({ status: z.enum(['no-atlas', 'not-computable']), sentence: z.string() }),
  ])
  .meta({ id: 'LocationReport' });
export type LocationReport = z.infer<typeof LocationReport>;
