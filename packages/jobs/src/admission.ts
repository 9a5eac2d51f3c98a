import { AtollError } from '@atoll/errors/error';
import type { JobCounts } from './job-counts.ts';
import type { PendingGauge } from './pending-gauge.ts';
import type { NewJob } from './submission-row.ts';

export type AdmissionLimits = {
  /** Jobs that may wait; beyond it QUEUE_FULL. */
  readonly maxPending: number;
  /** Jobs of one client that may wait; beyond it TOO_MANY_JOBS. No limit unless given. */
  readonly maxPendingPerClient?: number;
};

/** Why each of the jobs may not be made, in their order; null where it may. */
export type Admission = (jobs: readonly NewJob[]) => Promise<readonly (Error | null)[]>;

/** Far enough below a limit nobody needs to count: the rest cannot be filled while a submission is under way. */
function isFarBelow(limit: number, atMost: number): boolean {
  return atMost <= limit - Math.max(64, limit / 2);
}

/**
 * For a job that is about to be written, in its transaction.
 * @throws AtollError QUEUE_FULL, TOO_MANY_JOBS
 */
export async function checkLimits(
  jobs: Pick<JobCounts, 'counts' | 'pendingOf' | 'lockCounting'>,
  gauge: PendingGauge,
  { maxPending, maxPendingPerClient = Number.POSITIVE_INFINITY }: AdmissionLimits,
  client: string | null,
): Promise<void> {
  if (!isFarBelow(maxPending, gauge.atMost)) {
    await jobs.lockCounting();
    const { pending } = await jobs.counts();
    gauge.counted(pending);
    if (pending >= maxPending) throw new AtollError('QUEUE_FULL');
  }
  // One client cannot have more waiting than all have.
  if (client === null || gauge.atMost < maxPendingPerClient) return;
  await jobs.lockCounting();
  if ((await jobs.pendingOf(client)) >= maxPendingPerClient) throw new AtollError('TOO_MANY_JOBS');
}

/** The limits for jobs that are about to be written together, as {@link checkLimits} has them for one. */
export function admission(
  counts: Pick<JobCounts, 'counts' | 'pendingOf'>,
  gauge: PendingGauge,
  { maxPending, maxPendingPerClient = Number.POSITIVE_INFINITY }: AdmissionLimits,
): Admission {
  return async (jobs) => {
    let room = Number.POSITIVE_INFINITY;
    if (!isFarBelow(maxPending, gauge.atMost)) {
      const { pending } = await counts.counts();
      gauge.counted(pending);
      room = maxPending - pending;
    }
    const ofClient = new Map<string, number>();
    const refusals: (Error | null)[] = [];
    for (const { ticket } of jobs) {
      const { client } = ticket;
      if (room <= 0) {
        refusals.push(new AtollError('QUEUE_FULL'));
        continue;
      }
      if (client !== null && gauge.atMost >= maxPendingPerClient) {
        const waiting = ofClient.get(client) ?? (await counts.pendingOf(client));
        if (waiting >= maxPendingPerClient) {
          refusals.push(new AtollError('TOO_MANY_JOBS'));
          continue;
        }
        ofClient.set(client, waiting + 1);
      }
      room--;
      refusals.push(null);
    }
    return refusals;
  };
}
