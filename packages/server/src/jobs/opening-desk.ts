import { AtollError } from '@atoll/errors/error';
import type { JobDesk } from '../parts.ts';

/**
 * The queue while it is being opened, which takes longer than all the rest of a start: who watches will hear, and all
 * else is refused until then.
 */
export function openingDesk(opening: Promise<JobDesk>): JobDesk {
  let opened: JobDesk | null = null;
  opening.then(
    (jobs) => {
      opened = jobs;
    },
    () => undefined,
  );
  const desk = (): JobDesk => {
    if (opened === null) throw new AtollError('QUEUE_UNREACHABLE', 'Atoll is starting.');
    return opened;
  };
  return {
    get results() {
      return desk().results;
    },
    submit: async (request, options) => desk().submit(request, options),
    get: async (jobId) => desk().get(jobId),
    expiresAt: (job) => desk().expiresAt(job),
    wait: async (jobId) => desk().wait(jobId),
    retry: async (jobId, options) => desk().retry(jobId, options),
    cancel: async (jobId) => desk().cancel(jobId),
    purge: async (jobId) => desk().purge(jobId),
    revisions: {
      list: async (jobId) => desk().revisions.list(jobId),
      get: async (jobId, number) => desk().revisions.get(jobId, number),
      check: async (jobId, parent) => desk().revisions.check(jobId, parent),
      add: async (made, files) => desk().revisions.add(made, files),
    },
    cases: {
      expiresAt: async (caseId) => desk().cases.expiresAt(caseId),
      isExpired: async (caseId) => desk().cases.isExpired(caseId),
      touch: async (caseId) => desk().cases.touch(caseId),
      remove: async (caseId) => desk().cases.remove(caseId),
    },
    watch(listener) {
      let end = () => {};
      let isEnded = false;
      opening.then(
        (jobs) => {
          if (!isEnded) end = jobs.watch(listener);
        },
        () => undefined,
      );
      return () => {
        isEnded = true;
        end();
      };
    },
    counts: async () => desk().counts(),
    depth: async () => desk().depth(),
    slots: async () => desk().slots(),
  };
}
