import type { BroughtFile } from './brought.ts';
import type { Candidate } from './candidate.ts';
import { type Kind, kindOf, startBytes } from './kind.ts';

/** A file, and what its first bytes say it is. */
export type Looked = { readonly file: BroughtFile; readonly kind: Kind };

/** A candidate that has not been numbered yet. */
export type Found = Omit<Candidate, 'id'>;

export async function kindOfFile(file: BroughtFile): Promise<Kind> {
  return kindOf(await file.read({ start: 0, end: startBytes }));
}
