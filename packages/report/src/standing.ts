import type { Report } from '@atoll/contract/report';
import { timeText } from './number-text.ts';

/** A reader's word on a mask. */
export type Review = {
  readonly verdict: 'accepted' | 'corrected' | 'rejected';
  readonly author: string;
  readonly note: string | null;
  /** ISO 8601. */
  readonly at: string;
  /** The file of the mask that stands instead of one that was corrected, where this report is not of that one. */
  readonly insteadOfIt?: string;
};

/** Whether somebody stands behind the mask. */
export type Standing = {
  readonly kind: 'not-reviewed' | Review['verdict'];
  readonly title: string;
  readonly sentence: string;
};

/** Who stands behind the mask; null for the engine's own. */
function reviewOf({ revision }: Report): Review | null {
  if (revision === undefined) return null;
  const { verdict, author, note, createdAt } = revision;
  return { verdict, author, note: note === '' ? null : note, at: createdAt };
}

/**
 * "Not reviewed" until somebody accepted it: a correction alone is not yet that.
 * @param reviews of the engine's own mask, where they are kept beside it, as in a derivative.
 */
export function standingOf(report: Report, reviews: readonly Review[] = []): Standing {
  const review = reviewOf(report) ?? (reviews.length === 1 ? reviews[0] : null);
  if (review?.insteadOfIt !== undefined || (review === null && reviews.length > 0)) {
    return standingOfSeveral(reviews);
  }
  if (review === null) {
    return {
      kind: 'not-reviewed',
      title: 'Not reviewed',
      sentence: 'Made by software alone: nobody has checked this mask.',
    };
  }
  const { verdict, author, at, note } = review;
  const by = `by ${author}, ${timeText(at)}.`;
  const noted = note === null || note === '' ? '' : ` Note: ${note}`;
  switch (verdict) {
    case 'accepted':
      return { kind: verdict, title: 'Accepted', sentence: `Checked and accepted ${by}${noted}` };
    case 'corrected':
      return {
        kind: verdict,
        title: 'Corrected, not yet accepted',
        sentence: `The mask was corrected ${by} Nobody has accepted it yet.${noted}`,
      };
    case 'rejected':
      return {
        kind: verdict,
        title: 'Rejected',
        sentence: `Checked and rejected ${by} Do not use it.${noted}`,
      };
  }
}

/** What readers made of the engine's mask, which is the one that the report is of. */
function standingOfSeveral(reviews: readonly Review[]): Standing {
  const words = reviews.map(({ verdict, author, at, note, insteadOfIt }) => {
    const instead = insteadOfIt === undefined ? '' : ` (the corrected mask: ${insteadOfIt})`;
    const noted = note === null || note === '' ? '' : ` Note: “${note}”.`;
    return `${capitalised(verdict)} by ${author}, ${timeText(at)}${instead}.${noted}`;
  });
  const kinds = new Set(reviews.map(({ verdict }) => verdict));
  const [only] = kinds.size === 1 ? kinds : [];
  const kind = only ?? (kinds.has('rejected') ? 'rejected' : 'corrected');
  const title = only === undefined ? 'Readers disagree' : capitalised(only);
  const own =
    kinds.has('corrected') || kinds.has('rejected')
      ? ' This report is of the mask as the engine made it.'
      : '';
  return { kind, title, sentence: `${words.join(' ')}${own}` };
}

function capitalised(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
