import { Button } from 'react-aria-components';
import { useConnection } from '../connection/connection.ts';
import { Failure } from '../ui/failure.tsx';
import { usePlace } from '../viewing/place.ts';
import { useAccess } from './access.ts';
import { SignInLink } from './sign-in-link.tsx';
import { TokenForm } from './token-form.tsx';
import { momentWords } from './until.ts';
import './account.css';

/** In the place of the cases: the way in, or what a guest has come for. */
export default function Entrance() {
  const { me, error, refresh } = useAccess();
  const { address } = useConnection();
  if (me === null && error !== null) return <Failure error={error} onRetry={refresh} />;
  if (me === null) return <div className="skeleton tall">Checking who you are…</div>;
  if (me.account !== null) return <NoRole name={me.account.name} />;
  if (me.shares.length > 0) return <Guest />;
  return address.isOwn ? <AtTheDoor isProxy={me.mode === 'proxy'} /> : <ByToken />;
}

function AtTheDoor({ isProxy }: { readonly isProxy: boolean }) {
  const [{ jobId }] = usePlace();
  return (
    <section className="entrance" aria-label="Sign in">
      <h2>{jobId === null ? 'Sign in to see the cases' : 'Sign in to see this result'}</h2>
      {jobId !== null && (
        <p className="quiet">If you were sent a link to it, the link may have ended: ask for a new one.</p>
      )}
      {isProxy ? (
        <>
          <p className="quiet">
            Sign in at the sign-in page of your institution that stands before this service, then load this
            page again.
          </p>
          <Button className="button" onPress={() => window.location.reload()}>
            Load again
          </Button>
        </>
      ) : (
        <SignInLink />
      )}
      <p className="quiet">Local images can be opened and segmented in this browser without signing in.</p>
    </section>
  );
}

function ByToken() {
  return (
    <section className="entrance" aria-label="Sign in">
      <h2>Sign in with a token</h2>
      <p className="quiet">This page is on another address than its service.</p>
      <TokenForm />
    </section>
  );
}

/** Whoever came by a link: what it opens, and until when. */
function Guest() {
  const { me } = useAccess();
  const [{ jobId }, go] = usePlace();
  const shares = me?.shares ?? [];
  const others = shares.filter((share) => share.jobId !== jobId);
  const shown = shares.find((share) => share.jobId === jobId);
  return (
    <section className="entrance" aria-label="Shared with you">
      <h2>{shown === undefined ? 'Shared with you' : 'This result was shared with you'}</h2>
      {shown !== undefined && (
        <p>
          You can look at it and save its files until <strong>{momentWords(shown.expiresAt)}</strong>. The
          link opens this result only.
        </p>
      )}
      {others.map((share) => (
        <Button
          key={share.jobId}
          className="link"
          onPress={() => go({ caseId: share.caseId, jobId: share.jobId })}
        >
          {shown === undefined ? 'Open the result' : 'Open another result'}, until{' '}
          {momentWords(share.expiresAt)}
        </Button>
      ))}
      {me?.mode === 'oidc' && (
        <p className="quiet">
          Do you have an account here? <SignInWords />
        </p>
      )}
    </section>
  );
}

function SignInWords() {
  const { address } = useConnection();
  const to = encodeURIComponent(window.location.search);
  return (
    <a className="link" href={`${address.url}/sign-in?to=${to}`}>
      Sign in
    </a>
  );
}

function NoRole({ name }: { readonly name: string }) {
  return (
    <section className="entrance" aria-label="No access">
      <h2>No access</h2>
      <p>
        You are signed in as {name}, but no group of your account gives access here. Ask whoever hosts this
        service.
      </p>
    </section>
  );
}
