import { useMutation } from '@tanstack/react-query';
import { Button, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';
import { useConnection } from '../connection/connection.ts';
import { enterToken, hasToken } from '../connection/token-fetch.ts';
import { forgetRuns } from '../run-history/use-runs.ts';
import { Failure } from '../ui/failure.tsx';
import { useAccess } from './access.ts';
import { roleWords } from './role-words.ts';
import './account.css';
import '../ui/modal.css';

/** In the header: who is signed in, what they may, and the way out. */
export default function AccountMenu() {
  const { me } = useAccess();
  const { address } = useConnection();
  if (me === null) return null;
  const { account, shares, mode } = me;
  if (account === null) {
    if (shares.length > 0) return <span className="account account-name quiet">Guest</span>;
    if (mode !== 'oidc' || !address.isOwn) return null;
    const to = window.location.search === '' ? '' : `?to=${encodeURIComponent(window.location.search)}`;
    return (
      <a className="link account" href={`${address.url}/sign-in${to}`}>
        Sign in
      </a>
    );
  }
  const { name, role, groups } = account;
  return (
    <DialogTrigger>
      <Button className="link account account-name" aria-label={`Account: ${name}`}>
        {name}
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="dialog account-card">
          <Heading slot="title">{name}</Heading>
          {role === null ? (
            <p>No group of your account gives access here.</p>
          ) : (
            <p>
              <strong>{roleWords[role].title}.</strong> {roleWords[role].may}
            </p>
          )}
          {groups.length > 0 && <p className="quiet">Groups: {groups.join(', ')}</p>}
          <Leaving isProxy={mode === 'proxy' && !hasToken()} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Leaving({ isProxy }: { readonly isProxy: boolean }) {
  const { client, address } = useConnection();
  const leave = useMutation({
    mutationFn: async () => {
      if (!hasToken()) return (await client.signOut()).next;
      enterToken(address.url, null);
      return null;
    },
    onSuccess: (next) => {
      // What this browser knows of their runs is nothing for the next person at it.
      forgetRuns(address.url);
      window.location.assign(next ?? new URL('.', document.baseURI).href);
    },
  });
  if (isProxy) return <p className="quiet">You sign out at the sign-in page of your institution.</p>;
  return (
    <>
      <Button className="button" isDisabled={leave.isPending} onPress={() => leave.mutate()}>
        {leave.isPending ? 'Signing out…' : 'Sign out'}
      </Button>
      {leave.error !== null && <Failure error={leave.error} />}
    </>
  );
}
