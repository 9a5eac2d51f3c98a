import { AccountMenu } from '../account/account-parts.tsx';
import { useConnection } from '../connection/connection.ts';
import { ShortcutHelp } from './shortcut-help.tsx';

/** @param hasApi whether the service has the API that is described at /docs. */
export function Header({ hasApi = true }: { readonly hasApi?: boolean }) {
  const { address } = useConnection();
  return (
    <header className="header">
      <h1>
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M16 4.500c6.400 0 11.500 5.100 11.500 11.400 0 6.500-4.900 11.600-11.300 11.600C9.800 27.500 4.500 22.400 4.500 16.100" />
          <circle cx="10.500" cy="10.500" r="3.600" />
        </svg>
        Atoll
      </h1>
      <p className="quiet">Research software, not a medical device</p>
      <nav className="row" aria-label="Help">
        <ShortcutHelp />
        {hasApi && (
          <a className="link" href={`${address.url}/docs/`}>
            API
          </a>
        )}
        <AccountMenu />
      </nav>
    </header>
  );
}
