import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ownFolder } from '@atoll/store/own-folder';
import { installDebianPackage } from '../debian-package.ts';

/** A program that builds images and runs containers here, for the tests of what is deployed. */
export type ContainerEngine = {
  readonly program: 'docker' | 'podman';
  readonly env: NodeJS.ProcessEnv;
  /** Whether images that it lacks have to be made here: no registry is asked. */
  readonly makesBases: boolean;
};

export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs the engine and waits. @param seconds after which it is killed. */
export function ask({ program, env }: ContainerEngine, args: readonly string[], seconds = 120): Ended {
  const { status, stdout, stderr } = spawnSync(program, args, {
    env,
    encoding: 'utf8',
    timeout: seconds * 1000,
    maxBuffer: 64 << 20,
  });
  return { code: status ?? -1, stdout: stdout ?? '', stderr: stderr ?? '' };
}

/** @returns what it printed. @throws Error with the end of what it said. */
export function must(engine: ContainerEngine, args: readonly string[], seconds?: number): string {
  const { code, stdout, stderr } = ask(engine, args, seconds);
  if (code === 0) return stdout.trim();
  throw new Error(
    `${engine.program} ${args.slice(0, 4).join(' ')} … ended with ${code}: ${stderr.slice(-2000)}`,
  );
}

/** Where images and their layers are kept from one run of the tests to the next: this user's alone. */
export function containerCache(): string {
  const { XDG_CACHE_HOME } = process.env;
  const caches = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache');
  const folder = join(caches, 'atoll', 'containers');
  ownFolder(folder);
  return folder;
}

/**
 * Docker, where it answers; else podman as root, installed first on Debian, with a store of its own: images that this
 * machine has stay as they are.
 * @returns why there is none.
 */
export function ensureContainerEngine(): ContainerEngine | string {
  if (process.platform !== 'linux') return 'containers share this machine’s network on Linux alone';
  const docker: ContainerEngine = { program: 'docker', env: process.env, makesBases: false };
  if (ask(docker, ['version', '--format', '{{.Server.Version}}'], 20).code === 0) return docker;
  if (process.getuid?.() !== 0) return 'no docker answers, and podman is used as root alone';
  const programs = ['podman', 'runc', 'debootstrap'];
  const missing = () =>
    programs.filter((name) => !['/usr/bin', '/usr/sbin'].some((at) => existsSync(join(at, name))));
  if (missing().length > 0) {
    console.error(`Installing for the tests of containers: ${missing().join(', ')}.`);
    installDebianPackage(...missing());
  }
  if (missing().length > 0) return `no docker answers, and ${missing().join(', ')} could not be installed`;
  return { program: 'podman', env: podmanEnvironment(containerCache()), makesBases: true };
}

function podmanEnvironment(cache: string): NodeJS.ProcessEnv {
  const [containers, storage] = [join(cache, 'containers.conf'), join(cache, 'storage.conf')];
  // What is gone with the machine's start must be kept apart from what stays, or podman trusts what is no more.
  const run = '/run/atoll-test-containers';
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const temporary = join(cache, 'tmp');
  mkdirSync(temporary, { recursive: true });
  // crun refuses some machines' control groups, and limits above one's own cannot be set everywhere.
  writeFileSync(
    containers,
    `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
netns = "host"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`,
  );
  writeFileSync(
    storage,
    `[storage]\ndriver = "overlay"\ngraphroot = "${join(cache, 'storage')}"\nrunroot = "${run}"\n`,
  );
  // Caches of RUN --mount=type=cache lie in the temporary folder.
  return {
    ...process.env,
    CONTAINERS_CONF: containers,
    CONTAINERS_STORAGE_CONF: storage,
    TMPDIR: temporary,
  };
}

/** What a build is given besides its Dockerfile: no registry is asked where the bases are made here. */
export function buildArguments({ program, makesBases }: ContainerEngine): readonly string[] {
  if (program === 'docker') return ['build'];
  return ['build', '--isolation=chroot', '--format=docker', ...(makesBases ? ['--pull=never'] : [])];
}
