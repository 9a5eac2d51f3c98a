import { timeText } from './number-text.ts';

/** A reader's word on a mask. */
export type Review = {
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

/** "Not reviewed" until somebody accepted it: a correction alone is not yet that. */
export function standingOf(review: Review | null): Standing {
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
