import type { BidsCase } from '@atoll/cases/bids/scan';
import type { Report } from '@atoll/engines/report';
import { type Cell, tsvText } from './tsv-text.ts';

/** The columns of disagreements.tsv, described as BIDS describes columns. */
export const disagreementColumns = {
  participant_id: { Description: 'The subject, as in the source data set.' },
  session_id: { Description: 'The session; n/a where the data set has none.' },
  place: { Description: 'Number of the place within its case; 1 is the largest.' },
  engine: { Description: 'The engine of the ensemble that alone marked it.' },
  volume_ml: { Description: 'Volume that it alone marked there.', Units: 'mL' },
  side: { Description: 'The patient’s side.', Levels: { left: 'Left.', right: 'Right.', both: 'Both.' } },
  where: { Description: 'Coarse place within the brain, in words.' },
  x_mm: {
    Description: 'Centre, to the patient’s right, in the DWI’s scanner coordinates (RAS+).',
    Units: 'mm',
  },
  y_mm: { Description: 'The same, to anterior.', Units: 'mm' },
  z_mm: { Description: 'The same, to superior.', Units: 'mm' },
  mean_adc_mm2_per_s: { Description: 'Mean ADC; n/a where it has none.', Units: 'mm2/s' },
  apart: {
    Description: 'Whether it lies apart from what other engines mark.',
    Levels: {
      yes: 'A lesion of its own.',
      no: 'It continues a lesion that others mark, too, by more than a rim.',
    },
  },
  in_mask: { Description: 'Whether the joined mask holds it.', Levels: { yes: 'Yes.', no: 'No.' } },
} as const;

type Column = keyof typeof disagreementColumns;
const names = [
  'participant_id',
  'session_id',
  'place',
  'engine',
  'volume_ml',
  'side',
  'where',
  'x_mm',
  'y_mm',
  'z_mm',
  'mean_adc_mm2_per_s',
  'apart',
  'in_mask',
] as const satisfies readonly Column[];

/**
 * A line for each place that one engine of an ensemble alone marked.
 * @returns null where no case was read by an ensemble
 */
export function disagreementTable(
  cases: readonly { readonly found: BidsCase; readonly report: Report | null }[],
): string | null {
  if (cases.every(({ report }) => report?.ensemble === undefined)) return null;
  const rows = cases.flatMap(({ found, report }) =>
    (report?.ensemble?.disagreements ?? []).map((each): Readonly<Record<Column, Cell>> => {
      const [x, y, z] = each.centroidMm;
      return {
        participant_id: `sub-${found.subject}`,
        session_id: found.session === null ? null : `ses-${found.session}`,
        place: each.id,
        engine: each.engine,
        volume_ml: Number(each.volumeMl.toFixed(4)),
        side: each.side,
        where: each.place,
        x_mm: x.toFixed(1),
        y_mm: y.toFixed(1),
        z_mm: z.toFixed(1),
        mean_adc_mm2_per_s: each.meanAdcMm2PerS === null ? null : Number(each.meanAdcMm2PerS.toPrecision(4)),
        apart: each.isApart ? 'yes' : 'no',
        in_mask: each.isInMask ? 'yes' : 'no',
      };
    }),
  );
  return tsvText(names, rows);
}
