import type { Me } from '@atoll/contract/access';
import { createContext, useContext } from 'react';

/** Who looks at the page, as far as the service asks. */
export type Access = {
  /** Whether people sign in to this service; where they do not, all may all. */
  readonly isAsked: boolean;
  /** null while it is not known. */
  readonly me: Me | null;
  readonly may: Me['may'];
  /** Why whoever was known a moment ago is not any more. */
  readonly ended: 'session' | 'share' | null;
  /** Why it is not known who this is. */
  readonly error: Error | null;
  /** Asks the service again who this is. */
  readonly refresh: () => void;
};

export const mayAll: Me['may'] = {
  run: true,
  reviseJob: true,
  shareJob: true,
  removeCase: true,
  searchArchives: true,
};
export const mayNothing: Me['may'] = {
  run: false,
  reviseJob: false,
  shareJob: false,
  removeCase: false,
  searchArchives: false,
};

const open: Access = {
  isAsked: false,
  me: null,
  may: mayAll,
  ended: null,
  error: null,
  refresh: () => undefined,
};

const Context = createContext<Access>(open);
export const AccessContext = Context.Provider;

export function useAccess(): Access {
  return useContext(Context);
}

/** May whoever looks at the page see the list of cases? */
export function mayRead({ isAsked, me }: Access): boolean {
  return !isAsked || (me?.account?.role ?? null) !== null;
}

/** Do they see something at least: cases, or what a link opens? */
export function mayLook(access: Access): boolean {
  return mayRead(access) || (access.me?.shares.length ?? 0) > 0;
}
