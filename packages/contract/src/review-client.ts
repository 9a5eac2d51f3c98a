import { createAsk } from './client.ts';
import { type ReadingRequest, ReviewCase, ReviewedCase, ReviewList } from './review.ts';

export type ReviewClient = ReturnType<typeof createReviewClient>;

/** A typed client of what `atoll review` serves. @param baseUrl where the page lies, without a slash at the end. */
export function createReviewClient(baseUrl: string) {
  const ask = createAsk(baseUrl);
  const path = (id: string) => `/api/review/cases/${encodeURIComponent(id)}`;
  return {
    baseUrl,
    list: (signal: AbortSignal) => ask(ReviewList, '/api/review', { signal }),
    case: (id: string, signal: AbortSignal) => ask(ReviewCase, path(id), { signal }),
    /** @param mask with a correction, and only then: NIfTI on the grid of the DWI. */
    give: (id: string, { verdict, note = '' }: ReadingRequest, mask: Blob | null) => {
      if (mask === null) {
        const body = JSON.stringify({ verdict, note });
        return ask(ReviewedCase, path(id), {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body,
        });
      }
      const form = new FormData();
      form.append('verdict', verdict ?? '');
      form.append('note', note);
      // Under a name that says nothing of the patient.
      form.append('mask', mask, 'mask');
      return ask(ReviewedCase, path(id), { method: 'POST', body: form });
    },
  };
}
