import { UnreachableError } from '@atoll/contract/client';
import { Button } from 'react-aria-components';

/** A copy of the page that no service stands behind: whoever answers at its own address knows no API. */
export function isStandalone(error: unknown, address: { readonly isOwn: boolean }): boolean {
  return address.isOwn && error instanceof UnreachableError && error.absence === 'stranger';
}

/** In the place of the cases, where there is nobody to have any. */
export function Standalone({ onRetry }: { onRetry: () => void }) {
  return (
    <section className="empty" aria-label="Cases">
      <h2>No service</h2>
      <p className="quiet">
        This copy of the viewer has no service with cases and other engines. Local images work all the same:
        they are read and segmented in this browser, and nothing is uploaded.
      </p>
      <Button className="button" onPress={onRetry}>
        Retry
      </Button>
    </section>
  );
}
