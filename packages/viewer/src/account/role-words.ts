import type { Me } from '@atoll/contract/access';

type Role = NonNullable<NonNullable<Me['account']>['role']>;

/** What each role may, in a sentence. */
export const roleWords: Readonly<Record<Role, { readonly title: string; readonly may: string }>> = {
  reader: {
    title: 'Reader',
    may: 'You can look at cases, upload and run. Reviewing needs the role of reviewer.',
  },
  reviewer: {
    title: 'Reviewer',
    may: 'You can look at cases, upload, run, and accept, correct or reject results.',
  },
  admin: { title: 'Administrator', may: 'You see and can delete the cases and results of everybody.' },
};
