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
        Behind this copy of the page there is no service that has cases and other engines. With your own
        images it works all the same: they are read and run in this page, and nothing is sent.
      </p>
      <Button className="button" onPress={onRetry}>
        Look again
      </Button>
    </section>
  );
}
