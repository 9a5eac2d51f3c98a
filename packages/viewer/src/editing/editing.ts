import { createContext, useContext } from 'react';
import type { Edit } from './use-edit.ts';

const Context = createContext<Edit | null>(null);
export const EditingContext = Context.Provider;

/** The one edit of the page. */
export function useEditing(): Edit {
  const edit = useContext(Context);
  if (edit === null) throw new Error('No edit was given to the page.');
  return edit;
}
