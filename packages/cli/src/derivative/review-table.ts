import type { BidsCase } from '@atoll/cases/bids/scan';
import { AtollError } from '@atoll/errors/error';

/** The columns of review.tsv, described as BIDS describes columns. */
export const reviewColumns = {
  participant_id: { Description: 'The subject, as in the source data set.' },
  session_id: { Description: 'The session; n/a where the data set has none.' },
  rater: { Description: 'Who looked at the mask.' },
  verdict: {
    Description: 'What the rater made of the engine’s mask; n/a for a note alone.',
    Levels: {
      accepted: 'The engine’s mask stands as it is.',
      corrected: 'The rater’s own mask stands instead.',
      rejected: 'No mask stands.',
    },
  },
  note: { Description: 'The rater’s note.' },
  volume_before_ml: { Description: 'Volume of the engine’s mask.', Units: 'mL' },
  volume_after_ml: {
    Description: 'Volume of the mask that stands; n/a for a rejected one and for a note alone.',
    Units: 'mL',
  },
  dice_with_engine: { Description: 'Dice coefficient of the mask that stands and the engine’s.' },
  date: { Description: 'When the verdict was given: ISO 8601, UTC.' },
  engine_mask_sha256: {
    Description: 'SHA-256 of the engine’s mask that was looked at: a verdict on another one is out of date.',
  },
  mask_sha256: { Description: 'SHA-256 of the mask that stands (desc-reviewed…_mask.nii.gz).' },
} as const;

type Column = keyof typeof reviewColumns;
const names = [
  'participant_id',
  'session_id',
  'rater',
  'verdict',
  'note',
  'volume_before_ml',
  'volume_after_ml',
  'dice_with_engine',
  'date',
  'engine_mask_sha256',
  'mask_sha256',
] as const satisfies readonly Column[];

const verdicts = ['accepted', 'corrected', 'rejected'] as const;
type ReviewVerdict = (typeof verdicts)[number];

/** One rater's word on one case. */
export type Review = {
  readonly subject: string;
  readonly session: string | null;
  readonly rater: string;
  /** null for a note alone. */
  readonly verdict: ReviewVerdict | null;
  readonly note: string;
  readonly volumeBeforeMl: number | null;
  readonly volumeAfterMl: number | null;
  readonly diceWithEngine: number | null;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly engineMaskSha256: string;
  /** null where no mask stands. */
  readonly maskSha256: string | null;
};

/** A table as it stands in its file: columns and lines that others added stay where they are. */
export type ReviewTable = {
  readonly columns: readonly string[];
  readonly lines: readonly (readonly string[])[];
};

export const emptyTable: ReviewTable = { columns: names, lines: [] };

/**
 * Reads review.tsv, also as a spreadsheet saves it.
 * @throws AtollError FILE_UNREADABLE when it is no such table: it would be lost if it were written over.
 */
export function parseReviewTable(text: string): ReviewTable {
  const [head = '', ...lines] = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const columns = head.split('\t');
  const missing = names.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    throw new AtollError(
      'FILE_UNREADABLE',
      `review.tsv has no column ${missing.join(', ')}, and is left as it is: mend it, or move it away.`,
    );
  }
  return { columns, lines: lines.map((line) => line.split('\t')) };
}

export function reviewTableText({ columns, lines }: ReviewTable): string {
  return [columns, ...lines].map((cells) => `${cells.join('\t')}\n`).join('');
}

/** What the lines say; those that say no rater and no subject are passed over. */
export function reviewsOf({ columns, lines }: ReviewTable): Review[] {
  const at = new Map(columns.map((name, index) => [name, index]));
  return lines.flatMap((line): Review[] => {
    const cell = (name: Column) => {
      const text = (line[at.get(name) ?? -1] ?? '').trim();
      return text === '' || text === 'n/a' ? null : text;
    };
    const number = (name: Column) => {
      const value = Number(cell(name) ?? Number.NaN);
      return Number.isFinite(value) ? value : null;
    };
    const [subject, rater] = [cell('participant_id'), cell('rater')];
    if (subject === null || rater === null) return [];
    return [
      {
        subject: subject.replace(/^sub-/, ''),
        session: cell('session_id')?.replace(/^ses-/, '') ?? null,
        rater,
        verdict: verdicts.find((each) => each === cell('verdict')) ?? null,
        note: cell('note') ?? '',
        volumeBeforeMl: number('volume_before_ml'),
        volumeAfterMl: number('volume_after_ml'),
        diceWithEngine: number('dice_with_engine'),
        date: cell('date') ?? '',
        engineMaskSha256: cell('engine_mask_sha256') ?? '',
        maskSha256: cell('mask_sha256'),
      },
    ];
  });
}

/** The table with this review in it, in the place of the same rater's earlier one on the same case. */
export function withReview(table: ReviewTable, review: Review): ReviewTable {
  const cells: Readonly<Record<Column, string>> = {
    participant_id: `sub-${review.subject}`,
    session_id: review.session === null ? 'n/a' : `ses-${review.session}`,
    rater: review.rater,
    verdict: review.verdict ?? 'n/a',
    note: review.note.replace(/\s+/g, ' ').trim() || 'n/a',
    volume_before_ml: numberText(review.volumeBeforeMl),
    volume_after_ml: numberText(review.volumeAfterMl),
    dice_with_engine: numberText(review.diceWithEngine),
    date: review.date,
    engine_mask_sha256: review.engineMaskSha256,
    mask_sha256: review.maskSha256 ?? 'n/a',
  };
  const isName = (name: string): name is Column => names.some((each) => each === name);
  const keys = ['participant_id', 'session_id', 'rater'] as const;
  const isSame = (line: readonly string[]) =>
    keys.every((key) => line[table.columns.indexOf(key)] === cells[key]);
  const before = table.lines.findIndex(isSame);
  const line = table.columns.map((name, at) =>
    isName(name) ? cells[name] : (table.lines[before]?.[at] ?? 'n/a'),
  );
  const lines = before === -1 ? [...table.lines, line] : table.lines.with(before, line);
  return { columns: table.columns, lines };
}

function numberText(value: number | null): string {
  return value === null ? 'n/a' : String(Number(value.toFixed(4)));
}

/** The reviews of one case. */
export function reviewsOfCase(reviews: readonly Review[], { subject, session }: BidsCase): Review[] {
  return reviews.filter((each) => each.subject === subject && each.session === session);
}
