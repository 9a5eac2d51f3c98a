import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Gpu } from '../machine.ts';
import { leaseGpu, tryLease } from './gpu-lease.ts';

const gpu = (index: number, freeMegabytes = 1000): Gpu => ({
  index,
  freeMegabytes,
  memoryMegabytes: 16_000,
  uuid: '',
  name: 'T4',
  driver: '1',
});
const prefix = () => `atoll-test-${process.pid}-${Math.random().toString(36).slice(2)}`;

describe('the lease of a GPU', () => {
  it('is of the GPU itself: tasks that each see another one as number 0 do not wait for each other', async () => {
    const prefix = `test-${process.pid}-uuid`;
    const [one, other] = [
      { ...gpu(0), uuid: 'GPU-1' },
      { ...gpu(0), uuid: 'GPU-2' },
    ];
    const leases = [await tryLease(one, prefix), await tryLease(other, prefix)];
    expect(leases.map((lease) => lease?.gpu.uuid)).toEqual(['GPU-1', 'GPU-2']);
    expect(await tryLease({ ...one, index: 3 }, prefix)).toBeNull();
    for (const lease of leases) lease?.release();
  });

  it('is one run’s alone, and takes the GPU with the most free memory first', async () => {
    const options = {
      listGpus: async () => [gpu(0, 1000), gpu(1, 9000)],
      signal: new AbortController().signal,
      onWait: () => undefined,
      prefix: prefix(),
      pauseMs: 5,
    };
    const first = await leaseGpu(options);
    const second = await leaseGpu(options);
    expect([first.gpu.index, second.gpu.index]).toEqual([1, 0]);
    let waited = false;
    const third = leaseGpu({
      ...options,
      onWait: () => {
        waited = true;
        second.release();
      },
    });
    expect((await third).gpu.index).toBe(0);
    expect(waited).toBe(true);
  });

  it('is waited for no longer than the job lives', async () => {
    const name = prefix();
    await tryLease(gpu(0), name);
    const controller = new AbortController();
    const lease = leaseGpu({
      listGpus: async () => [gpu(0)],
      signal: controller.signal,
      onWait: () => controller.abort(),
      prefix: name,
    });
    await expect(lease).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });

  it('of another process holds here, and goes with it however it dies', async () => {
    const name = prefix();
    const script = `
      import { tryLease } from ${JSON.stringify(join(import.meta.dirname, 'gpu-lease.ts'))};
      await tryLease(${JSON.stringify(gpu(0))}, ${JSON.stringify(name)});
      console.log('held');
      setInterval(() => undefined, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    expect(await tryLease(gpu(0), name)).toBeNull();
    expect(await tryLease(gpu(1), name)).not.toBeNull();
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(await tryLease(gpu(0), name)).not.toBeNull();
  });
});
