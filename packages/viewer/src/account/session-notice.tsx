import { Button } from 'react-aria-components';
import { useConnection } from '../connection/connection.ts';
import { useAccess } from './access.ts';
import { SignInLink } from './sign-in-link.tsx';
import './account.css';

/** What ended while the page was open, and how to go on without losing anything. */
export default function SessionNotice({ ended }: { readonly ended: 'session' | 'share' }) {
  const { me, refresh } = useAccess();
  const { address } = useConnection();
  if (ended === 'share') {
    return (
      <section className="connection" role="alert">
        <p>
          <strong>The link has ended</strong> It has expired or was revoked. Ask whoever sent it for a new
          one; files that you saved are yours.
        </p>
      </section>
    );
  }
  if (!address.isOwn) {
    return (
      <section className="connection" role="alert">
        <p>
          <strong>The token is no longer valid</strong> It has expired or was revoked. Enter another one
          beside the images; changes to a mask are still on this page.
        </p>
      </section>
    );
  }
  return (
    <section className="connection" role="alert">
      <p>
        <strong>Your session has ended</strong> Sign in again, in a new tab, and go on here. Changes to a mask
        are still on this page.
      </p>
      <div className="row">
        {me?.mode === 'oidc' && <SignInLink isBeside />}
        <Button className="button" onPress={refresh}>
          I have signed in
        </Button>
      </div>
    </section>
  );
}
