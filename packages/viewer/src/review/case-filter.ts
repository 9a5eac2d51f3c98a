import type { ReviewedCase } from '@atoll/contract/review';

/** Which cases are listed. */
export type Filter = {
  readonly show: 'all' | 'to-do' | 'done' | 'warnings' | 'serious' | 'disagreement';
  /** Volumes of the engine's mask in mL; null where there is no such limit. */
  readonly fromMl: number | null;
  readonly toMl: number | null;
  readonly order: 'name' | 'gravity' | 'volume' | 'dice';
};

export const firstFilter: Filter = { show: 'all', fromMl: null, toMl: null, order: 'name' };

/** Readers whose masks agree less than this are said to disagree. */
const agreementFrom = 0.8;

/** The cases that a filter leaves, in its order. */
export function filtered(cases: readonly ReviewedCase[], filter: Filter): ReviewedCase[] {
  const { fromMl, toMl, order } = filter;
  const left = cases.filter(
    (each) =>
      isShown(each, filter.show) &&
      (fromMl === null || each.volumeMl >= fromMl) &&
      (toMl === null || each.volumeMl <= toMl),
  );
  if (order === 'name') return left;
  const key = { gravity: gravityOf, volume: volumeOf, dice: disagreementOf }[order];
  return left.toSorted((a, b) => key(b) - key(a));
}

export function isDone({ own }: ReviewedCase): boolean {
  return own !== null && own.verdict !== null;
}

export function disagrees({ leastDice, verdictsDiffer }: ReviewedCase): boolean {
  return verdictsDiffer || (leastDice !== null && leastDice < agreementFrom);
}

/**
 * Where the reader goes from a case: to the next of the list that is not done, from the beginning again after its end.
 * null where all are.
 */
export function nextToDo(listed: readonly ReviewedCase[], from: string | null): string | null {
  const at = listed.findIndex(({ id }) => id === from);
  const turned = [...listed.slice(at + 1), ...listed.slice(0, Math.max(0, at))];
  return turned.find((each) => !isDone(each))?.id ?? null;
}

function isShown(each: ReviewedCase, show: Filter['show']): boolean {
  switch (show) {
    case 'all':
      return true;
    case 'to-do':
      return !isDone(each);
    case 'done':
      return isDone(each);
    case 'warnings':
      return each.seriousWarnings + each.cautions > 0;
    case 'serious':
      return each.seriousWarnings > 0;
    case 'disagreement':
      return disagrees(each);
  }
}

const gravityOf = ({ seriousWarnings, cautions }: ReviewedCase) => 1000 * seriousWarnings + cautions;
const volumeOf = ({ volumeMl }: ReviewedCase) => volumeMl;
const disagreementOf = ({ leastDice, verdictsDiffer }: ReviewedCase) =>
  (verdictsDiffer ? 1 : 0) + (leastDice === null ? -1 : 1 - leastDice);
