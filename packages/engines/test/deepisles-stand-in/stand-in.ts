import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinnedImage } from '../../src/deepisles/image.ts';
import type { Inputs } from './models.ts';

const code = import.meta.dirname;

/**
 * A machine with stand-ins of docker, podman, nvidia-smi and the DeepISLES image, in a folder of its own: no Docker and
 * no GPU is used.
 */
export class StandIn {
  readonly folder = mkdtempSync(join(tmpdir(), 'atoll-stand-in-'));
  readonly bin = join(this.folder, 'bin');
  /** For the engine's own scratch and logs. */
  readonly data = join(this.folder, 'data');
  readonly app = join(this.folder, 'app');
  readonly conda = join(this.folder, 'conda');
  readonly env: NodeJS.ProcessEnv;

  constructor() {
    for (const name of ['bin', 'containers', 'data']) mkdirSync(join(this.folder, name));
    for (const name of ['sh', 'cat', 'grep', 'rm', 'sleep'])
      symlinkSync(`/bin/${name}`, join(this.bin, name));
    this.install('docker.sh', 'docker');
    this.install('nvidia-smi.sh', 'nvidia-smi');
    this.gpus([{ free: 15_000 }]);
    this.write('images', `${pinnedImage}\n`);
    this.write('info.json', '{"Runtimes":{"nvidia":{"path":"nvidia-container-runtime"},"runc":{}}}');
    this.env = {
      // Nothing else: a docker that this machine may have must not be found.
      PATH: this.bin,
      HOME: this.folder,
      STANDIN: this.folder,
      STANDIN_CODE: code,
      STANDIN_NODE: process.execPath,
      STANDIN_PATH: process.env.PATH,
    };
  }

  install(file: string, name: string): void {
    copyFileSync(join(code, file), join(this.bin, name));
    chmodSync(join(this.bin, name), 0o755);
  }

  uninstall(name: string): void {
    rmSync(join(this.bin, name));
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** From now on these go wrong. */
  faults(...names: readonly string[]): void {
    this.write('fault', `${names.join('\n')}\n`);
  }

  gpus(list: readonly { free: number; total?: number }[]): void {
    const rows = list.map(({ free, total = 15_360 }, n) => `${n}, Tesla T4, ${total}, ${free}, 535.104.05`);
    this.write('gpus.csv', `${rows.join('\n')}\n`);
  }

  /** Makes the machine one that is the image itself. */
  beImage(): { app: string; conda: string } {
    cpSync(join(code, 'app'), this.app, { recursive: true });
    mkdirSync(join(this.app, 'src/SEALS'), { recursive: true });
    mkdirSync(join(this.app, 'weights/SEALS'), { recursive: true });
    copyFileSync(join(code, 'conda.sh'), this.conda);
    chmodSync(this.conda, 0o755);
    return { app: this.app, conda: this.conda };
  }

  /** Every call of a program, in order, with its arguments. */
  calls(...first: readonly string[]): string[][] {
    const path = join(this.folder, 'calls');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
    const calls = lines.map((line) => line.split('\x1f').slice(0, -1));
    return calls.filter((call) => first.every((word, n) => call[n] === word));
  }

  /** What the models were given, run by run. */
  runs(): Inputs[] {
    const path = join(this.folder, 'runs');
    if (!existsSync(path)) return [];
    // What follows the last line end is still being written.
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  }

  containers(): string[] {
    return readdirSync(join(this.folder, 'containers'));
  }

  /** A process that is dead and not yet collected is none. */
  isAlive(pid: number): boolean {
    try {
      return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  }

  /** The process of a container. */
  pidOf(container: string): number {
    return Number(readFileSync(join(this.folder, 'containers', container, 'pid'), 'utf8'));
  }

  logs(): string[] {
    const folder = join(this.data, 'logs');
    return existsSync(folder)
      ? readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
      : [];
  }

  /** Every folder of a run that is still there. */
  leftovers(): string[] {
    const scratch = join(this.data, 'scratch');
    if (!existsSync(scratch)) return [];
    return readdirSync(scratch).flatMap((machine) => readdirSync(join(scratch, machine)));
  }

  remove(): void {
    for (const name of this.containers()) {
      try {
        process.kill(-this.pidOf(name), 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
