import type { BidsCase } from '@atoll/cases/bids/scan';
import type { Report } from '@atoll/engines/report';
import type { AtollError } from '@atoll/errors/error';

/** How a case of a batch fares. `kept`: its result from before is whole and still right. */
export type CaseState =
  | { readonly status: 'waiting' }
  | { readonly status: 'done' | 'kept'; readonly report: Report }
  | { readonly status: 'failed'; readonly error: AtollError };

type Cell = string | number | null;
type Row = { readonly [Column in keyof typeof columns]: Cell };

/** The columns of lesions.tsv, described as BIDS describes columns. */
export const columns = {
  participant_id: { Description: 'The subject, as in the data set that the masks are made from.' },
  session_id: { Description: 'The session; n/a where the data set has none.' },
  status: {
    Description: 'How the case fared.',
    Levels: {
      done: 'There is a mask.',
      failed: 'There is none; error_code and error say why.',
      waiting: 'Not yet run.',
    },
  },
  lesion_volume_ml: { Description: 'Volume of the mask.', Units: 'mL' },
  lesion_count: { Description: 'Number of lesions (26-connected components).' },
  largest_lesion_volume_ml: {
    Description: 'Volume of the largest lesion; n/a when there is none.',
    Units: 'mL',
  },
  dice: { Description: 'Dice coefficient against the reference mask; n/a without one.' },
  lesion_f1: { Description: 'Lesion-wise F1 against the reference mask, by the definition of ISLES’22.' },
  absolute_volume_difference_ml: { Description: 'Against the reference mask.', Units: 'mL' },
  possibly_missed_ml: {
    Description:
      'Volume of what is bright on DWI with a low ADC and not in the mask: candidates, to be looked at. n/a where there was no such look.',
    Units: 'mL',
  },
  warning_count: { Description: 'Number of warnings in the report.' },
  engine: { Description: 'Engine that made the mask.' },
  engine_version: { Description: 'Version of the engine.' },
  preset: { Description: 'Preset of the engine.' },
  error_code: { Description: 'Code of the failure; n/a when there was none.' },
  error: { Description: 'The failure in words.' },
} as const;

const names = [
  'participant_id',
  'session_id',
  'status',
  'lesion_volume_ml',
  'lesion_count',
  'largest_lesion_volume_ml',
  'dice',
  'lesion_f1',
  'absolute_volume_difference_ml',
  'possibly_missed_ml',
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
    dice: round(metrics?.dice),
    lesion_f1: round(metrics?.lesionF1),
    absolute_volume_difference_ml: round(metrics?.absoluteVolumeDifferenceMl),
    possibly_missed_ml: round(missedMl(report)),
    warning_count: report?.warnings.length ?? null,
    engine: report?.engine ?? null,
    engine_version: report?.provenance.engineVersion ?? null,
    preset: report?.provenance.preset ?? null,
    error_code: error?.code ?? null,
    error: error?.message ?? null,
  };
}

function missedMl(report: Report | null): number | undefined {
  const look = report?.plainLook;
  return look?.status === 'done' ? look.missed.reduce((sum, { volumeMl }) => sum + volumeMl, 0) : undefined;
}

/** A table as BIDS has it: tabs between, `n/a` for what there is not. */
export function tableText(rows: readonly Row[]): string {
  const lines = rows.map((row) => names.map((name) => cellText(row[name])).join('\t'));
  return `${[names.join('\t'), ...lines].join('\n')}\n`;
}

function cellText(cell: Cell): string {
  return cell === null ? 'n/a' : String(cell).replace(/\s+/g, ' ');
}

function round(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toFixed(4));
}
