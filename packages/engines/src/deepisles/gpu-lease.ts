import { setTimeout as sleep } from 'node:timers/promises';
import { AtollError } from '@atoll/errors/error';
import { holdName } from '@atoll/locks/held-name';
import type { Gpu } from '../machine.ts';

/** A GPU for this process alone, until it is released or the process dies. */
export type GpuLease = { readonly gpu: Gpu; release(): void };

export type LeaseOptions = {
  /** The GPUs as they are now; asked again while all are taken. */
  readonly listGpus: () => Promise<readonly Gpu[]>;
  readonly signal: AbortSignal;
  /** Told once when all are taken. */
  readonly onWait: () => void;
  readonly pauseMs?: number;
  /** What names of leases begin with; another one is for tests, which must not wait for each other. */
  readonly prefix?: string;
};

/** Of this process: where the kernel knows no names, they are all there is. */
const heldHere = new Set<string>();

/**
 * Waits for a GPU that no other run on this machine has, the one with the most free memory first. The lease is a name
 * of the kernel's, which goes with its holder however that dies.
 * @throws AtollError JOB_CANCELLED, ENGINE_UNAVAILABLE when there is no GPU.
 */
export async function leaseGpu(options: LeaseOptions): Promise<GpuLease> {
  const { listGpus, signal, onWait, pauseMs = 500, prefix } = options;
  for (let tries = 0; ; tries++) {
    const gpus = [...(await listGpus())].sort(
      (a, b) => b.freeMegabytes - a.freeMegabytes || a.index - b.index,
    );
    if (signal.aborted) throw new AtollError('JOB_CANCELLED');
    if (gpus.length === 0) {
      throw new AtollError(
        'ENGINE_UNAVAILABLE',
        'DeepISLES cannot run here: the GPU is no longer available.',
      );
    }
    for (const gpu of gpus) {
      const lease = await tryLease(gpu, prefix);
      if (lease !== null) return lease;
    }
    if (tries === 0) onWait();
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw new AtollError('JOB_CANCELLED');
  }
}

/** @returns null when another run has it. */
export async function tryLease(gpu: Gpu, prefix = 'atoll-gpu'): Promise<GpuLease | null> {
  // Tasks of a cluster each see their own GPU as number 0.
  const name = `${prefix}-${gpu.uuid === '' ? gpu.index : gpu.uuid}`;
  if (heldHere.has(name)) return null;
  heldHere.add(name);
  const held = await holdName(name);
  if (held === 'taken') {
    heldHere.delete(name);
    return null;
  }
  let released = false;
  return {
    gpu,
    release() {
      if (released) return;
      released = true;
      heldHere.delete(name);
      held?.close();
    },
  };
}
