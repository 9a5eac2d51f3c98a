/**
 * Builds the page unless the last build was made from the same sources. The stamp is a hash of everything
 * that goes into it, so that neither a checkout (new times, same content) nor an edit is misjudged.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'packages/viewer/dist');
const stampFile = join(dist, '.built-from');

/** What the page is made of: its own room, the rooms it uses, and the versions of its libraries. */
const sources = [
  'package-lock.json',
  'packages/viewer/index.html',
  'packages/viewer/vite.config.ts',
  'packages/viewer/{src,public}/**/*',
  'packages/{errors,access,threads,contract,volume,pictures,report,editor,dicom,intake,atlas,engines,models}/src/**/*.ts',
];

/** SHA-256 over names and contents of the page's sources. */
function hashSources(): string {
  const hash = createHash('sha256');
  const files = globSync(sources, { cwd: root, exclude: ['**/*.test.{ts,tsx}'], withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

/** Writes a `.br` and a `.gz` beside each file of a folder, which the server sends to whoever takes them. */
function compressAssets(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!/\.(html|js|css|svg|wasm)$/.test(name)) continue;
    const bytes = readFileSync(join(folder, name));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 7 };
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, { params }));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes));
  }
}

/** Whatever runs this: with a test's NODE_ENV the page would be React's slow one for development. */
async function buildForProduction(): Promise<void> {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await build({ root: join(root, 'packages/viewer'), logLevel: 'warn' });
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

/** @returns false when the last build was still good. */
export async function buildPage({ force = false } = {}): Promise<boolean> {
  const stamp = hashSources();
  if (!force && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false;
  // A build that dies halfway must not leave a stamp that calls it good.
  rmSync(stampFile, { force: true });
  await buildForProduction();
  compressAssets(dist);
  compressAssets(join(dist, 'assets'));
  writeFileSync(stampFile, stamp);
  return true;
}

if (import.meta.main) {
  const built = await buildPage({ force: process.argv.includes('--force') });
  console.error(built ? 'The page is built.' : 'The page is up to date.');
}
