import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@atoll/contract/client';
import type { Job } from '@atoll/contract/jobs';
import { ask, type ContainerEngine, type Ended, must } from '../../scripts/containers/engine.ts';
import { freePort } from '../../scripts/free-port.ts';

/** As a careful platform runs it: nothing of the image can be written to, and there is no privilege to be had. */
export const hardened = [
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--user=1000:1000',
  '--tmpfs=/tmp:rw,mode=1777',
];

export type ContainerOptions = {
  readonly image: string;
  readonly args?: readonly string[];
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** A container of a test, on this machine's network with a port of its own. */
export class Container {
  readonly name = `atoll-test-${randomBytes(6).toString('hex')}`;
  readonly port: number;
  readonly #engine: ContainerEngine;

  private constructor(engine: ContainerEngine, port: number) {
    this.#engine = engine;
    this.port = port;
  }

  static async start(engine: ContainerEngine, options: ContainerOptions): Promise<Container> {
    const { image, args = [], options: more = hardened, env = {} } = options;
    const container = new Container(engine, await freePort());
    const settings = { ATOLL_PORT: String(container.port), ATOLL_HOST: '127.0.0.1', ...env };
    must(engine, [
      ...['run', '--detach', '--network=host', `--name=${container.name}`],
      // Not Docker's own default; podman mounts more than docker where it is not told.
      ...(engine.program === 'podman' ? ['--read-only-tmpfs=false'] : []),
      ...more,
      ...Object.entries(settings).map(([name, value]) => `--env=${name}=${value}`),
      image,
      ...args,
    ]);
    return container;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  exec(...command: readonly string[]): Ended {
    return ask(this.#engine, ['exec', this.name, ...command]);
  }

  /** What its image says tells whether it is well, by its own command. */
  get isHealthy(): boolean {
    const test = must(this.#engine, ['inspect', '--format', '{{json .Config.Healthcheck.Test}}', this.name]);
    const [kind, ...command]: string[] = JSON.parse(test);
    if (kind !== 'CMD') throw new Error(`not a command: ${test}`);
    return this.exec(...command).code === 0;
  }

  logs(): string {
    const { stdout, stderr } = ask(this.#engine, ['logs', this.name]);
    return stdout + stderr;
  }

  /** Until it answers there. @throws Error with its log when it ends before. */
  async answer(path: string): Promise<Response> {
    for (;;) {
      try {
        const response = await fetch(`${this.url}${path}`);
        if (response.ok) return response;
      } catch {
        // It does not listen yet.
      }
      if (this.state !== 'running') throw new Error(`It is ${this.state}: ${this.logs().slice(-3000)}`);
      await sleep(100);
    }
  }

  get state(): string {
    return must(this.#engine, ['inspect', '--format', '{{.State.Status}}', this.name]);
  }

  get exitCode(): number {
    return Number(must(this.#engine, ['inspect', '--format', '{{.State.ExitCode}}', this.name]));
  }

  /** SIGTERM, and SIGKILL after the seconds of grace: a container that was killed ended with 137. */
  stop(graceSeconds = 30): number {
    must(this.#engine, ['stop', '--time', String(graceSeconds), this.name]);
    return this.exitCode;
  }

  remove(): void {
    ask(this.#engine, ['rm', '--force', this.name]);
  }
}

/** Submits a phantom and waits for the end of its job. */
export async function runPhantom(url: string, request: { engine?: string } = {}): Promise<Job> {
  const client = createClient(url);
  const { jobId } = await client.segment({ case_id: 'phantom-pons', ...request });
  for (;;) {
    const job = await client.getJob(jobId);
    if (job.status !== 'pending' && job.status !== 'running') return job;
    await sleep(100);
  }
}
