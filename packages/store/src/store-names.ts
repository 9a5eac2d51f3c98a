import { AtollError } from '@atoll/errors/error';
import type { StoreKind } from './store.ts';

const namePattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

/** Only a plain file name becomes part of a path: nothing hidden, no folder, nothing that climbs. */
export const isFileName = (text: string): boolean => namePattern.test(text);

/** Looked at by every store before it writes anything. @throws AtollError FILE_UNWRITABLE */
export function checkNames({ isId }: StoreKind, id: string, files: ReadonlyMap<string, unknown>): void {
  if (!isId(id)) throw new AtollError('FILE_UNWRITABLE', 'Files are stored under a valid id.');
  for (const name of files.keys()) {
    if (!isFileName(name)) throw new AtollError('FILE_UNWRITABLE', 'A file name is not allowed.');
  }
}

/** How the id of a database looks that a store belongs to. */
export const isOwnerId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);
