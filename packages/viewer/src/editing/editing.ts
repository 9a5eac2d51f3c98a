import { createContext, useContext } from 'react';
import type { Edit } from './use-edit.ts';

const Context = createContext<Edit | null>(null);
export const EditingContext = Context.Provider;

/** The one edit of the page; null on a page that edits nothing, such as that of a review by keyboard. */
export function useEditingIfAny(): Edit | null {
  return useContext(Context);
}

/** The one edit of a page that has one. */
export function useEditing(): Edit {
  const edit = useEditingIfAny();
  if (edit === null) throw new Error('No edit was given to the page.');
  return edit;
}
