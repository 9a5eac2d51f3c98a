import { createContext, useContext } from 'react';

/** The page shows either a case of the service, or images that are in this browser alone. */
export type Mode =
  | { readonly mode: 'service' }
  | {
      readonly mode: 'local';
      /** Images have been read: from now on the page requests nothing from anybody. */
      readonly isSilent: boolean;
    };

const Context = createContext<Mode>({ mode: 'service' });
export const ModeProvider = Context.Provider;

export function useMode(): Mode {
  return useContext(Context);
}

/** While local images are here, not even a list is requested. */
export function isSilent(mode: Mode): boolean {
  return mode.mode === 'local' && mode.isSilent;
}
