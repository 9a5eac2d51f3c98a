import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installDebianPackage } from './debian-package.ts';

const debianVersions = '/usr/lib/postgresql';
const debianSettings = '/etc/postgresql-common';

/** Folder of the programs of a PostgreSQL server (initdb, postgres) on this machine, the newest, or null. */
function findPostgres(): string | null {
  const versions = existsSync(debianVersions) ? readdirSync(debianVersions) : [];
  const debian = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((name) => join(debianVersions, name, 'bin'));
  const onPath = (process.env.PATH ?? '').split(delimiter);
  return [...debian, ...onPath].find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

/**
 * Folder of the programs of PostgreSQL, installed first where that is allowed.
 * @throws Error that says what to install by hand.
 */
export function ensurePostgres(): string {
  const found = findPostgres();
  if (found !== null) return found;
  console.error('PostgreSQL is missing: installing it for the tests of shared queues.');
  keepDebianFromMakingACluster();
  installDebianPackage('postgresql');
  const installed = findPostgres();
  if (installed !== null) return installed;
  throw new Error(
    'The tests of shared queues need the programs of PostgreSQL 15 or later, and they could not be installed. ' +
      'Install them by hand (Debian: apt-get install postgresql) and run the tests again.',
  );
}

/** The tests run a server of their own; the package need not start another. */
function keepDebianFromMakingACluster(): void {
  if (process.getuid?.() !== 0 || existsSync(debianSettings)) return;
  mkdirSync(debianSettings, { recursive: true });
  writeFileSync(join(debianSettings, 'createcluster.conf'), 'create_main_cluster = false\n');
}
