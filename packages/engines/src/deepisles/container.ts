import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AtollError } from '@atoll/errors/error';
import type { Availability } from '../engine.ts';
import { type Answer, ask } from '../machine.ts';
import { gpuLabel, mountArgument, runArguments } from './arguments.ts';
import { permissionCure, toolkitCure } from './failure.ts';
import { referenceFor } from './image.ts';
import { start } from './program.ts';
import type { Run, Runner, RunRequest } from './runner.ts';

export type ContainerOptions = {
  readonly runtime: 'docker' | 'podman';
  readonly version: string;
  readonly image: string;
  readonly network: 'default' | 'none';
  readonly env: NodeJS.ProcessEnv;
};

/** How often a container that does not go is told to. */
const stopTries = 10;
const stopPauseMs = 300;

/** DeepISLES in a container of its own for each run. */
export class ContainerRunner implements Runner {
  readonly way = 'container';
  readonly needsPlainPaths = false;
  readonly runtime: 'docker' | 'podman';
  readonly #options: ContainerOptions;
  readonly #reference: string;

  constructor(options: ContainerOptions) {
    this.#options = options;
    this.runtime = options.runtime;
    this.#reference = referenceFor(options.runtime, options.image);
  }

  async describe(): Promise<Readonly<Record<string, string>>> {
    const { stdout } = await this.#ask(['image', 'inspect', '--format', '{{.Id}}', this.#reference]);
    return { runtime: `${this.runtime} ${this.#options.version}`, imageId: stdout.trim() };
  }

  canUse(): boolean {
    return true;
  }

  async preflight(): Promise<Availability> {
    const [image, toolkit] = await Promise.all([
      this.#ask(['image', 'inspect', '--format', '{{.Id}}', this.#reference]),
      this.#hasToolkit(),
    ]);
    if (!toolkit) {
      return {
        usable: false,
        reason: `${this.runtime} shows no way to give containers access to a GPU.`,
        cure: toolkitCure(this.runtime),
      };
    }
    if (image.fault === null) return { usable: true };
    if (/permission denied/i.test(image.fault)) {
      return {
        usable: false,
        reason: `This user is not allowed to use ${this.runtime}.`,
        cure: permissionCure,
      };
    }
    return {
      usable: false,
      reason: 'The DeepISLES container image is not on this machine.',
      cure: 'Download it (many gigabytes): atoll engines pull deepisles',
    };
  }

  async run(request: RunRequest): Promise<Run> {
    const { runtime, image, network, env } = this.#options;
    const { id, folder, gpu, task, signal, onLine } = request;
    const name = `atoll-deepisles-${id}`;
    const args = runArguments({ runtime, image, name, folder, gpu, network, task });
    const client = start(runtime, args, { env, onLine });
    // The client first: one that lives could still start what was just stopped.
    const kill = () => client.child.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    try {
      const ended = await client.ended;
      // The client is not the container: killed or cut off, it leaves that running.
      if (ended.code === null || ended.code === 125 || signal.aborted) await this.#stop(name);
      return { ended, log: client.log, sealsFolds: null };
    } finally {
      signal.removeEventListener('abort', kill);
    }
  }

  async sweep(gpu: number): Promise<void> {
    const label = `label=${gpuLabel}=${gpu}`;
    const { stdout } = await this.#ask(['ps', '--all', '--filter', label, '--format', '{{.Names}}']);
    for (const name of stdout.split('\n').map((line) => line.trim())) {
      if (/^atoll-deepisles-[0-9a-f]{16}$/.test(name)) await this.#stop(name);
    }
  }

  async removeByRoot(folder: string): Promise<void> {
    await this.#ask([
      'run',
      '--rm',
      '--pull=never',
      '--network=none',
      '--entrypoint=/bin/rm',
      mountArgument(folder),
      this.#reference,
      '-rf',
      '/app/data/results',
    ]);
  }

  async install(signal: AbortSignal, onLine: (line: string) => void): Promise<void> {
    const { env } = this.#options;
    const client = start(this.runtime, ['pull', this.#reference], { env, onLine });
    const stop = () => client.child.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    const { code } = await client.ended.finally(() => signal.removeEventListener('abort', stop));
    if (signal.aborted)
      throw new AtollError('JOB_CANCELLED', 'The download was stopped; what was downloaded is kept.');
    if (code !== 0) {
      const said = client.log.text.trim().split('\n').at(-1) ?? '';
      throw new AtollError('ENGINE_UNAVAILABLE', `The container image could not be downloaded: ${said}`);
    }
    const image = await this.#ask(['image', 'inspect', '--format', '{{.Id}}', this.#reference]);
    if (image.fault !== null) {
      throw new AtollError(
        'ENGINE_UNAVAILABLE',
        `The container image was downloaded but is not there: ${image.fault}`,
      );
    }
  }

  /**
   * Stops the container and waits until it is gone. Asked several times, for a client that was just killed may have
   * had a start under way. What stays is found by its label at the next run.
   */
  async #stop(name: string): Promise<void> {
    for (let tries = 0; tries < stopTries; tries++) {
      await this.#ask(['kill', name]);
      await this.#ask(['rm', '--force', name]);
      const left = await this.#ask(['ps', '--all', '--filter', `name=${name}`, '--format', '{{.Names}}']);
      if (left.fault === null && left.stdout.trim() === '') return;
      await sleep(stopPauseMs);
    }
  }

  /** By what docker knows and what is installed; a container just to try would need an image. */
  async #hasToolkit(): Promise<boolean> {
    const { env } = this.#options;
    const places = (env.PATH ?? '').split(delimiter);
    const programs = ['nvidia-container-runtime', 'nvidia-container-cli', 'nvidia-ctk'];
    const isInstalled = programs.some((name) => places.some((place) => existsSync(join(place, name))));
    if (isInstalled || this.runtime === 'podman') return isInstalled;
    const { stdout } = await this.#ask(['info', '--format', '{{json .}}']);
    return /nvidia/i.test(stdout);
  }

  #ask(args: readonly string[]): Promise<Answer> {
    return ask(this.runtime, args, this.#options.env);
  }
}
