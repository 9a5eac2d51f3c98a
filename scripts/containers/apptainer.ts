import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { installDebianPackage } from '../debian-package.ts';
import { containerCache } from './engine.ts';

/** Debian has Apptainer in its unstable branch alone, with a newer C library than stable's: both are laid in a folder. */
const branch = 'sid';
const packages = ['apptainer', 'libc6', 'libseccomp2', 'libsqlite3-0'];
const libraries = ['libc.so.6', 'libm.so.6', 'libseccomp.so.2', 'libsqlite3.so.0', 'ld-linux-x86-64.so.2'];
const tools = ['patchelf', 'unsquashfs', 'mksquashfs'];

/**
 * Folder of the program apptainer: the machine's own, or Debian's package unpacked, which changes nothing else here.
 * @returns why there is none.
 */
export function ensureApptainer(): { readonly bin: string } | string {
  const onPath = (process.env.PATH ?? '').split(delimiter).find((at) => existsSync(join(at, 'apptainer')));
  if (onPath !== undefined) return { bin: onPath };
  if (process.getuid?.() !== 0 || process.arch !== 'x64' || !existsSync('/usr/bin/apt-get')) {
    return 'apptainer is not installed, and is laid beside the system on Debian as root alone';
  }
  const folder = join(containerCache(), 'apptainer');
  const found = { bin: join(folder, 'usr/bin') };
  if (existsSync(join(found.bin, 'apptainer'))) return found;
  const isMissing = (tool: string) => !existsSync(join('/usr/bin', tool));
  if (tools.some(isMissing)) installDebianPackage('patchelf', 'squashfs-tools');
  if (tools.some(isMissing)) return 'patchelf and squashfs-tools could not be installed';
  console.error('Fetching Apptainer for the tests of containers.');
  try {
    unpack(folder);
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true });
    return `Apptainer could not be fetched: ${thrown instanceof Error ? thrown.message.slice(0, 300) : thrown}`;
  }
  return found;
}

/** What mounts a SIF file for those who may not mount by themselves. null where it, or the kernel's FUSE, is not there. */
export function ensureSquashfuse(): string | null {
  const program = '/usr/bin/squashfuse_ll';
  if (!existsSync('/dev/fuse')) return null;
  if (!existsSync(program)) installDebianPackage('squashfuse');
  return existsSync(program) ? program : null;
}

function unpack(target: string): void {
  const scratch = mkdtempSync(join(containerCache(), 'apptainer-'));
  const run = (program: string, args: readonly string[], cwd = scratch) =>
    execFileSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000 });
  try {
    for (const name of ['lists/partial', 'archives/partial', 'downloads'])
      mkdirSync(join(scratch, name), { recursive: true });
    writeFileSync(
      join(scratch, 'sources.list'),
      `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian ${branch} main\n`,
    );
    const own = [
      ...[
        '-o',
        `Dir::Etc::sourcelist=${join(scratch, 'sources.list')}`,
        '-o',
        'Dir::Etc::sourceparts=/dev/null',
      ],
      ...['-o', `Dir::State::lists=${join(scratch, 'lists')}`, '-o', `Dir::Cache=${scratch}`],
      ...['-o', 'APT::Sandbox::User=root', '-qq'],
    ];
    run('apt-get', [...own, 'update']);
    run('apt-get', [...own, 'download', ...packages], join(scratch, 'downloads'));
    const unpacked = join(scratch, 'unpacked');
    const debs = readdirSync(join(scratch, 'downloads'));
    for (const name of debs) {
      const into = name.startsWith('apptainer_') ? unpacked : join(scratch, 'libraries');
      run('dpkg-deb', ['-x', join(scratch, 'downloads', name), into]);
    }
    // Where the program is when it is called, for it is found by its links.
    const lib = join(target, 'lib');
    mkdirSync(join(unpacked, 'lib'));
    for (const name of libraries)
      run('cp', [
        '-L',
        join(scratch, 'libraries/usr/lib/x86_64-linux-gnu', name),
        join(unpacked, 'lib', name),
      ]);
    const starter = join(unpacked, 'usr/lib/x86_64-linux-gnu/apptainer/bin/starter');
    for (const program of [join(unpacked, 'usr/bin/apptainer'), starter]) {
      run('patchelf', ['--set-interpreter', join(lib, 'ld-linux-x86-64.so.2'), program]);
      run('patchelf', ['--force-rpath', '--set-rpath', lib, program]);
    }
    // It looks for its settings and folders beside where it was found: /usr/bin below a root of its own, and its starter.
    symlinkSync('../etc', join(unpacked, 'usr/etc'));
    symlinkSync('../../etc', join(unpacked, 'usr/lib/etc'));
    for (const at of ['usr/var', 'usr/lib/var'])
      mkdirSync(join(unpacked, at, 'lib/apptainer/mnt/session'), { recursive: true });
    chmodSync(unpacked, 0o755);
    rmSync(target, { recursive: true, force: true });
    renameSync(unpacked, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
