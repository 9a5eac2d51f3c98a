import type { RegionSide } from '@atoll/atlas/regions';
import type { BidsCase } from '@atoll/cases/bids/scan';
import type { Report } from '@atoll/engines/report';
import { missedMl } from './cohort-case.ts';
import type { Failure } from './failures.ts';
import { type Cell, tsvText } from './tsv-text.ts';

/** How a case of a batch fares. `kept`: its result from before is whole and still right. */
export type CaseState =
  | { readonly status: 'waiting' }
  | { readonly status: 'done' | 'kept'; readonly report: Report }
  | { readonly status: 'failed'; readonly error: Failure };

type Row = { readonly [Column in keyof typeof columns]: Cell };

/** The columns of lesions.tsv, described as BIDS describes columns. */
export const columns = {
  participant_id: { Description: 'The subject, as in the source data set.' },
  session_id: { Description: 'The session; n/a where the data set has none.' },
  status: {
    Description: 'Status of the case.',
    Levels: {
      done: 'A mask was written.',
      failed: 'No mask; see error_code and error.',
      waiting: 'Not run yet.',
    },
  },
  lesion_volume_ml: { Description: 'Volume of the mask.', Units: 'mL' },
  lesion_count: { Description: 'Number of lesions (26-connected components).' },
  largest_lesion_volume_ml: {
    Description: 'Volume of the largest lesion; n/a when there is none.',
    Units: 'mL',
  },
  location: {
    Description:
      'Lesion location by the atlas, in words; n/a if there is no lesion, no atlas, or no adequate fit.',
  },
  aca_left_ml: { Description: 'Mask volume in the left anterior cerebral artery territory.', Units: 'mL' },
  aca_right_ml: { Description: 'The same on the right.', Units: 'mL' },
  mca_left_ml: { Description: 'Mask volume in the left middle cerebral artery territory.', Units: 'mL' },
  mca_right_ml: { Description: 'The same on the right.', Units: 'mL' },
  pca_left_ml: { Description: 'Mask volume in the left posterior cerebral artery territory.', Units: 'mL' },
  pca_right_ml: { Description: 'The same on the right.', Units: 'mL' },
  vertebrobasilar_left_ml: {
    Description: 'Mask volume in the left half of the vertebrobasilar territory.',
    Units: 'mL',
  },
  vertebrobasilar_right_ml: { Description: 'The same on the right.', Units: 'mL' },
  aspects_left: { Description: 'Left ASPECTS, estimated by overlap with an atlas (not read by a person).' },
  aspects_right: { Description: 'The same on the right.' },
  pc_aspects: { Description: 'PC-ASPECTS, estimated by overlap with an atlas (not read by a person).' },
  atlas_fit: {
    Description: 'How well the atlas fits the brain; check the overlay unless it is good.',
    Levels: { good: 'Well.', fair: 'Roughly.', poor: 'Poor: no regions are reported.' },
  },
  dice: { Description: 'Dice coefficient against the reference mask; n/a without one.' },
  lesion_f1: { Description: 'Lesion-wise F1 against the reference mask, by the definition of ISLES’22.' },
  absolute_volume_difference_ml: { Description: 'Agreement with the reference mask.', Units: 'mL' },
  possibly_missed_ml: {
    Description:
      'Volume that is bright on DWI with a low ADC and not in the mask: candidates to be reviewed. n/a if this check was not made.',
    Units: 'mL',
  },
  engines_dice: {
    Description:
      'Of an ensemble, the lowest Dice coefficient of two of its engines; n/a where one engine made the mask.',
  },
  marked_by_all_ml: { Description: 'Volume that every engine of the ensemble marked.', Units: 'mL' },
  marked_by_one_ml: {
    Description: 'Volume that one engine of the ensemble alone marked, rims of shared lesions included.',
    Units: 'mL',
  },
  disagreement_count: {
    Description:
      'Places that one engine of the ensemble alone marked, beyond rims; disagreements.tsv lists the 100 largest.',
  },
  largest_disagreement_ml: { Description: 'Volume of the largest of these places.', Units: 'mL' },
  left_out_ml: {
    Description:
      'Of possibly_missed_ml, the volume of places that an engine of the ensemble marked; n/a where one engine made the mask.',
    Units: 'mL',
  },
  warning_count: { Description: 'Number of warnings in the report.' },
  engine: { Description: 'Engine that made the mask.' },
  engine_version: { Description: 'Version of the engine.' },
  preset: { Description: 'Preset of the engine.' },
  error_code: { Description: 'Error code; n/a if there was no error.' },
  error: { Description: 'The error in words.' },
} as const;

const names = [
  'participant_id',
  'session_id',
  'status',
  'lesion_volume_ml',
  'lesion_count',
  'largest_lesion_volume_ml',
  'location',
  'aca_left_ml',
  'aca_right_ml',
  'mca_left_ml',
  'mca_right_ml',
  'pca_left_ml',
  'pca_right_ml',
  'vertebrobasilar_left_ml',
  'vertebrobasilar_right_ml',
  'aspects_left',
  'aspects_right',
  'pc_aspects',
  'atlas_fit',
  'dice',
  'lesion_f1',
  'absolute_volume_difference_ml',
  'possibly_missed_ml',
  'engines_dice',
  'marked_by_all_ml',
  'marked_by_one_ml',
  'disagreement_count',
  'largest_disagreement_ml',
  'left_out_ml',
  'warning_count',
  'engine',
  'engine_version',
  'preset',
  'error_code',
  'error',
] as const satisfies (keyof typeof columns)[];

/** One case as a line of the table, and as an object of `--json`. */
export function rowOf({ subject, session }: BidsCase, state: CaseState): Row {
  const report = 'report' in state ? state.report : null;
  const error = state.status === 'failed' ? state.error : null;
  const metrics = report?.metrics.status === 'computed' ? report.metrics : null;
  return {
    participant_id: `sub-${subject}`,
    session_id: session === null ? null : `ses-${session}`,
    status: state.status === 'kept' ? 'done' : state.status,
    lesion_volume_ml: round(report?.volumeMl),
    lesion_count: report?.lesionCount ?? null,
    largest_lesion_volume_ml: round(report?.lesions[0]?.volumeMl),
    ...placeOf(report),
    dice: round(metrics?.dice),
    lesion_f1: round(metrics?.lesionF1),
    absolute_volume_difference_ml: round(metrics?.absoluteVolumeDifferenceMl),
    possibly_missed_ml: round(missedMl(report) ?? undefined),
    ...agreementOf(report),
    warning_count: report?.warnings.length ?? null,
    engine: report?.engine ?? null,
    engine_version: report?.provenance.engineVersion ?? null,
    preset: report?.provenance.preset ?? null,
    error_code: error?.code ?? null,
    error: error?.message ?? null,
  };
}

/** How the engines of an ensemble agree. */
function agreementOf(report: Report | null) {
  const ensemble = report?.ensemble;
  const look = report?.plainLook?.status === 'done' ? report.plainLook : null;
  const leftOut = look?.missed.filter(({ markedBy }) => markedBy !== undefined);
  return {
    engines_dice: ensemble === undefined ? null : round(Math.min(...ensemble.dice.map(({ dice }) => dice))),
    marked_by_all_ml: round(ensemble?.votesMl.at(-1)),
    marked_by_one_ml: round(ensemble?.votesMl[0]),
    disagreement_count:
      ensemble === undefined ? null : ensemble.disagreements.length + ensemble.unlisted.count,
    largest_disagreement_ml: ensemble === undefined ? null : round(ensemble.disagreements[0]?.volumeMl ?? 0),
    left_out_ml:
      ensemble === undefined || leftOut === undefined
        ? null
        : round(leftOut.reduce((sum, { volumeMl }) => sum + volumeMl, 0)),
  };
}

/** Where the lesions lie, as far as the report says it. */
function placeOf(report: Report | null) {
  const location = report?.location;
  const located = location?.status === 'located' ? location : null;
  const ml = (group: string, side: RegionSide) =>
    located === null
      ? null
      : round(
          located.whole.territories
            .filter((region) => region.group === group && region.side === side)
            .reduce((sum, { volumeMl }) => sum + volumeMl, 0),
        );
  return {
    location: located === null || report?.lesionCount === 0 ? null : located.whole.phrase,
    aca_left_ml: ml('ACA', 'left'),
    aca_right_ml: ml('ACA', 'right'),
    mca_left_ml: ml('MCA', 'left'),
    mca_right_ml: ml('MCA', 'right'),
    pca_left_ml: ml('PCA', 'left'),
    pca_right_ml: ml('PCA', 'right'),
    vertebrobasilar_left_ml: ml('vertebrobasilar', 'left'),
    vertebrobasilar_right_ml: ml('vertebrobasilar', 'right'),
    aspects_left: located?.aspects.left.score ?? null,
    aspects_right: located?.aspects.right.score ?? null,
    pc_aspects: located?.pcAspects.score ?? null,
    atlas_fit: location !== undefined && 'fit' in location ? location.fit.verdict : null,
  };
}

/** lesions.tsv */
export function tableText(rows: readonly Row[]): string {
  return tsvText(names, rows);
}

function round(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toFixed(4));
}

/** Why cases of a table failed, by subject and session as the table has them; empty for a text that is none. */
export function failuresIn(text: string): ReadonlyMap<string, string> {
  const [head = [], ...lines] = text.split(/\r?\n/).map((line) => line.split('\t'));
  const at = (name: keyof typeof columns) => head.indexOf(name);
  return new Map(
    lines
      .filter((line) => line[at('status')] === 'failed')
      .map((line) => [`${line[at('participant_id')]} ${line[at('session_id')]}`, line[at('error')] ?? '']),
  );
}

/** The key of a case in {@link failuresIn}. */
export function tableKey({ subject, session }: BidsCase): string {
  return `sub-${subject} ${session === null ? 'n/a' : `ses-${session}`}`;
}
