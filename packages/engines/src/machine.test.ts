import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examineMachine } from './machine.ts';

/** Stand-ins for nvidia-smi and docker, with the words of the real ones. */
describe('the machine, by stand-ins of its programs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-machine-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const install = (name: string, script: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const examine = () => examineMachine({ PATH: folder });

  it('says that nvidia-smi, docker, podman and apptainer are missing', async () => {
    const machine = await examine();
    expect(machine).toMatchObject({ gpus: [], containers: null, isDeepIslesImage: false });
    expect(machine.gpuReason).toBe('nvidia-smi was not found on the path.');
    expect(machine.containersReason).toBe(
      'docker was not found on the path. podman was not found on the path. apptainer was not found on the path.',
    );
    expect(machine.cores).toBeGreaterThan(0);
  });

  it('lists GPUs with their memory', async () => {
    install(
      'nvidia-smi',
      "echo '0, Tesla T4, 15360, 14900, 535.104.05, GPU-1c2d'\necho '1, NVIDIA GB10, [N/A], [N/A], 580.1'",
    );
    const machine = await examine();
    expect(machine.gpuReason).toBeNull();
    expect(machine.gpus).toEqual([
      {
        ...{ index: 0, uuid: 'GPU-1c2d', name: 'Tesla T4', driver: '535.104.05' },
        ...{ memoryMegabytes: 15_360, freeMegabytes: 14_900 },
      },
      {
        ...{ index: 1, uuid: '', name: 'NVIDIA GB10', driver: '580.1' },
        ...{ memoryMegabytes: 0, freeMegabytes: 0 },
      },
    ]);
  });

  it('repeats what a driver that does not work says', async () => {
    const words = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.";
    install('nvidia-smi', `echo "${words}"\nexit 9`);
    expect((await examine()).gpuReason).toBe(`nvidia-smi says: ${words}`);
  });

  it('takes podman where the service of docker does not answer, and apptainer where neither does', async () => {
    install(
      'docker',
      "echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.' >&2\nexit 1",
    );
    expect((await examine()).containersReason).toContain('Cannot connect to the Docker daemon');
    install('podman', 'echo 4.9.3');
    expect((await examine()).containers).toEqual({ runtime: 'podman', version: '4.9.3' });
    rmSync(join(folder, 'podman'));
    install('apptainer', 'echo apptainer version 1.4.5');
    expect((await examine()).containers).toEqual({ runtime: 'apptainer', version: '1.4.5' });
    install('docker', 'echo 27.3.1');
    expect((await examine()).containers).toEqual({ runtime: 'docker', version: '27.3.1' });
  });
});
