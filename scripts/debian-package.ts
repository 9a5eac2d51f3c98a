import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Installs packages of Debian or its kin, as root alone. @returns whether they are there now. */
export function installDebianPackage(...names: readonly string[]): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  // Another installation may hold dpkg's lock for minutes on a fresh machine: wait for it.
  const apt = ['-o', 'DPkg::Lock::Timeout=300', '-y', '-qq'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (args: string[]) => spawnSync('apt-get', [...apt, ...args], { stdio: ['ignore', 2, 2], env });
  run(['update']);
  return run(['install', '--no-install-recommends', ...names]).status === 0;
}
