import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AtollError } from '@atoll/errors/error';

/** The release that models are run with, unless onnxruntime-node is installed. */
export const runtimeVersion = '1.30.0';
const release = `onnxruntime-web@${runtimeVersion}`;
/** The three of its files that Node needs, 14 MB of 133. */
const files: Readonly<Record<string, string>> = {
  'ort.node.min.mjs': 'f41b1e1ccf89e7b630c2a822192d6cf48d642b1abe3c321f1ad6b4130a78327e',
  'ort-wasm-simd-threaded.mjs': 'e13f7f94fc51b4ca72b12faeb1ee95f4ace6dfbc8939bc718aabdc0a27c4299b',
  'ort-wasm-simd-threaded.wasm': '3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2',
};

/** The module to import, below the folder that the runtime was installed into. */
export const runtimeModule = (folder: string): string => join(folder, runtimeVersion, 'ort.node.min.mjs');

export const isRuntimeInstalled = (folder: string): boolean => existsSync(runtimeModule(folder));

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
    const members = Object.keys(files).map((name) => `package/dist/${name}`);
    await run('tar', ['-xzf', packed, '-C', scratch, ...members]);
    const dist = join(scratch, 'package/dist');
    for (const [name, sha256] of Object.entries(files)) {
      const found = createHash('sha256')
        .update(await readFile(join(dist, name)))
        .digest('hex');
      if (found !== sha256) {
        throw new AtollError(
          'MODEL_RUNTIME_MISSING',
          `${name} is not that of ${release}; nothing was installed.`,
        );
      }
    }
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
