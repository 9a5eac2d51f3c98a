import { lazy, type ReactNode, Suspense } from 'react';
import { mayRead, useAccess } from './access.ts';

/**
 * What the page shows of accounts, loaded where people sign in alone: everywhere else it would be code that nobody
 * runs.
 */
const Menu = lazy(() => import('./account-menu.tsx'));
const Notice = lazy(() => import('./session-notice.tsx'));
const Entrance = lazy(() => import('./entrance.tsx'));
const Share = lazy(() => import('./share-dialog.tsx'));

/** In the header: who is signed in. */
export function AccountMenu() {
  const { isAsked } = useAccess();
  return isAsked && <Lazily show={<Menu />} />;
}

/** Above everything: that a session or a link has ended. */
export function AccountNotice() {
  const { ended } = useAccess();
  return ended !== null && <Lazily show={<Notice ended={ended} />} />;
}

/** In the place of the cases, where they are not to be seen. @param children the cases. */
export function CasesOrEntrance({ children }: { readonly children: ReactNode }) {
  const access = useAccess();
  return mayRead(access) ? children : <Lazily show={<Entrance />} />;
}

/** Beside a result: links to it. */
export function ShareButton({ jobId }: { readonly jobId: string }) {
  const { isAsked, may } = useAccess();
  return isAsked && may.shareJob && <Lazily show={<Share jobId={jobId} />} />;
}

function Lazily({ show }: { readonly show: ReactNode }) {
  return <Suspense fallback={null}>{show}</Suspense>;
}
