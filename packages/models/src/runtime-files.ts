import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip as gzipInTurn } from 'node:zlib';
import { AtollError } from '@atoll/errors/error';
import { nodeModule, pageRuntimeNames, runtimeFiles, runtimeVersion } from './runtime-list.ts';

const gzip = promisify(gzipInTurn);

const release = `onnxruntime-web@${runtimeVersion}`;

/** The module to import, below the folder that the runtime was installed into. */
export const runtimeModule = (folder: string): string => join(folder, runtimeVersion, nodeModule);

/** All of it: earlier versions of Atoll installed what Node needs alone. */
export const isRuntimeInstalled = (folder: string): boolean =>
  runtimeFiles.every(({ name }) => existsSync(join(folder, runtimeVersion, name)));

/** What pages are given of an installed runtime. */
export class PageRuntime {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, runtimeVersion);
  }

  areThere(): boolean {
    return pageRuntimeNames.every((name) => existsSync(join(this.#folder, name)));
  }

  /** Only known names reach the disk. @returns null where there is no such file */
  async read(name: string, packed: boolean): Promise<Uint8Array | null> {
    if (!pageRuntimeNames.includes(name)) return null;
    return readFile(join(this.#folder, packed ? `${name}.gz` : name)).catch(() => null);
  }
}

/**
 * Fetches onnxruntime-web by npm (from whatever registry npm is set up with) and keeps what is needed of it, each file
 * checked by its SHA-256.
 * @param archive the package's .tgz, for a machine without a registry
 * @throws AtollError MODEL_RUNTIME_MISSING that says why
 */
export async function installRuntime(folder: string, archive?: string): Promise<void> {
  const scratch = join(folder, `.${randomUUID()}`);
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  try {
    if (archive === undefined) {
      await run('npm', ['pack', release, '--prefer-offline', '--silent', '--pack-destination', scratch]);
    }
    const packed = archive ?? join(scratch, `${release.replace('@', '-')}.tgz`);
    const members = runtimeFiles.map(({ name }) => `package/dist/${name}`);
    await run('tar', ['-xzf', packed, '-C', scratch, ...members]);
    const dist = join(scratch, 'package/dist');
    for (const { name, sha256 } of runtimeFiles) {
      const bytes = await readFile(join(dist, name));
      const found = createHash('sha256').update(bytes).digest('hex');
      if (found !== sha256) {
        throw new AtollError(
          'MODEL_RUNTIME_MISSING',
          `${name} is not that of ${release}; nothing was installed.`,
        );
      }
    }
    // Packed once: a page would otherwise wait for four times as many bytes.
    for (const name of pageRuntimeNames)
      await writeFile(join(dist, `${name}.gz`), await gzip(await readFile(join(dist, name))));
    // It imports its other half by name, which is ours already.
    const common = dirname(dirname(dirname(fileURLToPath(import.meta.resolve('onnxruntime-common')))));
    await cp(common, join(dist, 'node_modules/onnxruntime-common'), { recursive: true });
    await rm(join(folder, runtimeVersion), { recursive: true, force: true });
    await rename(dist, join(folder, runtimeVersion));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  // Earlier releases.
  for (const name of await readdir(folder)) {
    if (/^\d+\.\d+\.\d+$/.test(name) && name !== runtimeVersion)
      await rm(join(folder, name), { recursive: true });
  }
}

function run(command: string, args: readonly string[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (piece) => {
    said = `${said}${piece}`.slice(-2000);
  });
  const fail = (why: string) =>
    reject(new AtollError('MODEL_RUNTIME_MISSING', `${release} could not be installed: ${why}`));
  child.once('error', (thrown) => fail(thrown.message));
  child.once('close', (code) =>
    code === 0 ? resolve() : fail(said.trim() || `${command} ended with ${code}`),
  );
  return promise;
}
