import type { Candidate } from './candidate.ts';
import type { InputFile } from './input-file.ts';
import { type Kind, kindOf, startBytes } from './kind.ts';

/** A file, and what its first bytes say it is. */
export type Looked = { readonly file: InputFile; readonly kind: Kind };

/** A candidate that has not been numbered yet. */
export type Found = Omit<Candidate, 'id'>;

export async function kindOfFile(file: InputFile): Promise<Kind> {
  return kindOf(await file.read({ start: 0, end: startBytes }));
}
