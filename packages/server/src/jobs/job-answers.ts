import { Job as JobAnswer } from '@atoll/contract/jobs';
import { AtollError } from '@atoll/errors/error';
import { hasEnded, type Job } from '@atoll/jobs/job';
import { PreparedAnswer } from '../answers/prepared-answer.ts';
import type { JobDesk } from '../parts.ts';
import { answerJob } from './job-answer.ts';

/** Some kilobytes each. */
const keptAnswers = 2000;
/** So long what is said of a job that waits or runs is said again: its place in the line is no fresher. */
const passingMs = 500;
/** Files may be taken away by hand: so often their being there is looked at, for a job that is asked for. */
const lookEveryMs = 1000;

type Kept = { readonly answer: PreparedAnswer; seenAt: number };
type Passing = { readonly answer: Promise<PreparedAnswer>; readonly endsAt: number };

/**
 * The answers about jobs. Of one that has ended nothing changes any more but its being there: its answer is made once,
 * which takes reading its report, and then comes from memory. Of one that waits or runs all who ask within half a second
 * have the same: thousands may poll. Version and address are in the key, so that no answer outlives a change.
 */
export class JobAnswers {
  readonly #jobs: JobDesk;
  /** The first in the map is the least lately asked for. */
  readonly #kept = new Map<string, Kept>();
  /** Of jobs that wait or run; the first is the one made longest ago. */
  readonly #passing = new Map<string, Passing>();

  constructor(jobs: JobDesk) {
    this.#jobs = jobs;
  }

  /**
   * @param job as it stands now.
   * @param publicUrl what the links to its files begin with.
   * @param knowsCancelled whether the client knows that state.
   * @throws AtollError RESULT_GONE when the files of a completed job are no longer there.
   */
  async answer(job: Job, publicUrl: string, knowsCancelled = true): Promise<PreparedAnswer> {
    const key = `${job.jobId} ${job.version} ${knowsCancelled} ${publicUrl}`;
    if (!hasEnded(job.status)) {
      const passing = this.#passing.get(key);
      if (passing !== undefined && performance.now() < passing.endsAt) return passing.answer;
      return this.#pass(key, this.#make(job, publicUrl, knowsCancelled));
    }
    const kept = this.#kept.get(key);
    if (kept === undefined) {
      const answer = await this.#make(job, publicUrl, knowsCancelled);
      this.#keep(key, { answer, seenAt: performance.now() });
      return answer;
    }
    this.#kept.delete(key);
    if (job.status === 'completed' && performance.now() - kept.seenAt > lookEveryMs) {
      if (!(await this.#jobs.results.has(job.jobId))) throw new AtollError('RESULT_GONE');
      kept.seenAt = performance.now();
    }
    this.#keep(key, kept);
    return kept.answer;
  }

  async #make(job: Job, publicUrl: string, knowsCancelled: boolean): Promise<PreparedAnswer> {
    const answer = await answerJob(job, this.#jobs, publicUrl, knowsCancelled);
    // What has a report of the store's is held against the contract; the rest is made here, field by field.
    return new PreparedAnswer(JSON.stringify(answer.result === null ? answer : JobAnswer.parse(answer)));
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
    dropOldest(this.#kept);
  }

  #pass(key: string, answer: Promise<PreparedAnswer>): Promise<PreparedAnswer> {
    this.#passing.delete(key);
    this.#passing.set(key, { answer, endsAt: performance.now() + passingMs });
    answer.catch(() => this.#passing.delete(key));
    dropOldest(this.#passing);
    return answer;
  }
}

function dropOldest(answers: Map<string, unknown>): void {
  if (answers.size <= keptAnswers) return;
  const [oldest] = answers.keys();
  answers.delete(oldest);
}
