import type { Report } from '@atoll/contract/report';
import { timeText } from './number-text.ts';

/** A reader's word on a mask. */
type Review = {
  readonly verdict: 'accepted' | 'corrected' | 'rejected';
  readonly author: string;
  readonly note: string | null;
  /** ISO 8601. */
  readonly at: string;
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

/** "Not reviewed" until somebody accepted it: a correction alone is not yet that. */
export function standingOf(report: Report): Standing {
  const review = reviewOf(report);
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
