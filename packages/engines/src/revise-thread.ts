import { AtollError } from '@atoll/errors/error';
import type { Revised, RevisionOptions } from './revise.ts';
import { askThread, type LocationTold, tellLocation } from './thread-dialogue.ts';

export type ReviseTask = {
  readonly kind: 'revise';
  readonly options: Omit<RevisionOptions, 'location' | 'signal'>;
  readonly location: LocationTold;
};

/**
 * `reviseSegmentation` for a process that has requests to answer: on 256 × 256 × 60 voxels it computes for some seconds,
 * and does so in a thread of its own. The locator stays here, and is asked from there.
 * @throws AtollError as `reviseSegmentation` does
 */
export async function reviseInThread({ location, signal, ...options }: RevisionOptions): Promise<Revised> {
  if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
  const task: ReviseTask = { kind: 'revise', options, location: tellLocation(location) };
  return askThread<Revised>(task, { location, signal, engine: null });
}
