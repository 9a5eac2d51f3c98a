import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

// JavaScript, because `atoll` asks for it before there is a cache of compiled TypeScript: this is how it gets one.

/**
 * Makes a folder that is this user's alone (mode 0700), or sees that one which is there already is: where its name
 * can be guessed, another local user may have made it first, to read what comes into it or to have us run what lies
 * there.
 * @param {string} path absolute.
 * @throws {Error} whose message says why the folder cannot be trusted, or what the system says.
 */
export function ownFolder(path) {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  checkOwner(path);
  if ((lstatSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700);
}

/**
 * Sees that a folder is this user's, and that nobody else can put another one in its place.
 * @param {string} path absolute, of a folder that is there.
 * @throws {Error} as ownFolder
 */
export function checkOwner(path) {
  // Windows keeps folders of users apart by other means.
  if (process.geteuid === undefined) return;
  const user = process.geteuid();
  const found = lstatSync(path);
  if (!found.isDirectory()) throw new Error(`${path} is not a folder itself, but leads elsewhere`);
  if (found.uid !== user) throw new Error(`${path} belongs to another user`);
  // Whoever may rename a folder above can put another one in its place.
  for (let above = dirname(realpathSync(path)); ; above = dirname(above)) {
    const { uid, mode } = lstatSync(above);
    if (uid !== user && uid !== 0) throw new Error(`${above} belongs to another user`);
    if ((mode & 0o002) !== 0 && (mode & 0o1000) === 0)
      throw new Error(`${above} may be written to by anybody`);
    if (above === dirname(above)) return;
  }
}
