import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ContainerEngine } from '../../scripts/containers/engine.ts';

const specFolders = ['/etc/cdi', '/var/run/cdi'];

/**
 * A machine whose programs say that it has a GPU, and whose podman gives it to containers: real containers with
 * stand-ins of nvidia-smi and of the device.
 */
export class PretendedGpu {
  readonly folder = mkdtempSync(join(tmpdir(), 'atoll-gpu-'));
  /** For the engine. */
  readonly env: NodeJS.ProcessEnv;
  readonly #spec: string | null;

  constructor({ env }: Pick<ContainerEngine, 'env'>) {
    chmodSync(this.folder, 0o755);
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    const row = '0, Tesla T4, 15360, 15000, 535.104.05';
    for (const [name, text] of [
      ['nvidia-smi', `echo '${row}'`],
      ['nvidia-ctk', 'exit 1'],
    ]) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    this.env = { ...env, PATH: [bin, env.PATH].join(delimiter), HOME: this.folder };
    this.#spec = writeSpec();
  }

  remove(): void {
    if (this.#spec !== null) rmSync(this.#spec, { force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A device that podman takes for NVIDIA's; null where the machine has a real one. */
function writeSpec(): string | null {
  const present = specFolders.flatMap((at) => (existsSync(at) ? readdirSync(at) : []));
  if (present.some((name) => name.includes('nvidia'))) return null;
  const [, folder] = specFolders;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'atoll-test.json');
  const device = { name: '0', containerEdits: { env: ['ATOLL_TEST_GPU=0'] } };
  writeFileSync(path, JSON.stringify({ cdiVersion: '0.5.0', kind: 'nvidia.com/gpu', devices: [device] }));
  return path;
}
