import type { BidsCase } from '@atoll/cases/bids/scan';
import { UsageError } from '../exit.ts';

export type Labels = {
  /** Of subjects, with or without `sub-`; all unless given. */
  readonly participants?: readonly string[] | undefined;
  /** Of sessions, with or without `ses-`; all unless given. */
  readonly sessions?: readonly string[] | undefined;
};

const shownNear = 5;

/**
 * The cases of these subjects and sessions, in the order of the data set, as BIDS-Apps choose them.
 * @throws UsageError for a label that no case has, with those that look like it.
 */
export function chooseCases(cases: readonly BidsCase[], labels: Labels): readonly BidsCase[] {
  const participants = check('sub', labels.participants, new Set(cases.map(({ subject }) => subject)));
  const ofSubjects = cases.filter(({ subject }) => participants?.has(subject) ?? true);
  const known = ofSubjects.flatMap(({ session }) => (session === null ? [] : [session]));
  const sessions = check('ses', labels.sessions, new Set(known));
  return ofSubjects.filter(({ session }) => sessions === null || (session !== null && sessions.has(session)));
}

function check(
  entity: 'sub' | 'ses',
  given: readonly string[] | undefined,
  known: ReadonlySet<string>,
): ReadonlySet<string> | null {
  if (given === undefined) return null;
  const labels = given.map((text) => (text.startsWith(`${entity}-`) ? text.slice(entity.length + 1) : text));
  const unknown = labels.filter((label) => !known.has(label));
  if (unknown.length === 0) return new Set(labels);
  const words = unknown.map((label) => {
    const near = nearTo(label, known).map((each) => `${entity}-${each}`);
    return `${entity}-${label}${near.length === 0 ? '' : ` (similar: ${near.join(', ')})`}`;
  });
  const option = entity === 'sub' ? '--participant-label' : '--session-label';
  throw new UsageError(
    `${option}: the data set has no case with DWI and ADC for ${words.slice(0, shownNear).join('; ')}`,
  );
}

/** Labels that may have been meant: the same number, a beginning of it, or up to two letters away. */
function nearTo(label: string, known: ReadonlySet<string>): string[] {
  const wanted = label.toLowerCase();
  const number = wanted.replace(/^0+/, '');
  const scored = [...known].map((each) => {
    const other = each.toLowerCase();
    if (other === wanted) return { each, score: 0 };
    if (number !== '' && other.replace(/^0+/, '') === number) return { each, score: 1 };
    const starts = wanted !== '' && (other.startsWith(wanted) || wanted.startsWith(other));
    return { each, score: starts ? 2 : 1 + distance(wanted, other) };
  });
  const limit = wanted.length <= 2 ? 2 : 3;
  return scored
    .filter(({ score }) => score <= limit)
    .sort((a, b) => a.score - b.score)
    .slice(0, shownNear)
    .map(({ each }) => each);
}

/** How many letters have to be changed, added or left out (Levenshtein); labels are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same));
    }
    row = next;
  }
  return row[b.length];
}
