import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The validator of BIDS that knows derivatives, with its schema inside. It is fetched from the npm registry as one
 * file instead of being a dependency: its package.json asks for a thousand packages, none of which that file needs.
 */
const release = 'bids-validator@1.15.0';
const member = 'package/dist/validator/main.js';
const sha256 = 'de1852ba247b8751da90edcca4a5c5cc869f2eb647df67991485f6b84e7cb4d0';
const file = join(import.meta.dirname, '../.cache/bids-validator/1.15.0/main.mjs');

/** Path of the validator as a module, fetched first where it is missing. @throws Error that says what failed. */
export function ensureBidsValidator(): string {
  if (existsSync(file) && hashOf(file) === sha256) return file;
  const scratch = join(dirname(file), randomUUID());
  mkdirSync(scratch, { recursive: true });
  try {
    run('npm', ['pack', release, '--prefer-offline', '--silent', '--pack-destination', scratch]);
    run('tar', ['-xzf', join(scratch, `${release.replace('@', '-')}.tgz`), '-C', scratch, member]);
    if (hashOf(join(scratch, member)) !== sha256) throw new Error(`${release} is not the one that is known.`);
    renameSync(join(scratch, member), file);
    return file;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function run(command: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(
    `The validator of BIDS (${release}) could not be fetched from npm: ${error?.message ?? stderr}`,
  );
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
