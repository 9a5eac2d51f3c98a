import { type Db, type JobWithMetadata, PgBoss } from 'pg-boss';
import type { Database, Statement } from './database.ts';
import type { JobPriority } from './job.ts';

/** Work waits here under the job's own id. */
const queueName = 'segment';
/** Jobs whose attempts all ended without a word (killed, stuck) come here, to be called failed. */
const lostQueueName = 'segment-lost';

/** How often a job is tried again after an attempt that was interrupted or broke. */
const retryLimit = 3;

/** pg-boss takes no job for longer than a day; what waits may do so for a year. */
const longestRunSeconds = 24 * 3600;
const longestWaitSeconds = 365 * 24 * 3600;
/** A clock may be set back by so much and jobs still run. */
const clockStepMs = 7 * 24 * 3600_000;
/** The queue's own clock only runs out when the worker's, which says why, did not. */
const expiryMarginSeconds = 60;
export const longestTimeoutSeconds = longestRunSeconds - expiryMarginSeconds;

export type QueueOptions = {
  /** Longest run of one attempt, at most `longestTimeoutSeconds`. */
  readonly timeoutSeconds: number;
  /** Before the first retry; it doubles from there. */
  readonly retryDelaySeconds: number;
  readonly onError: (error: unknown) => void;
};

/** One attempt at a job, as the queue hands it out. */
export type Attempt = {
  readonly jobId: string;
  /** 0 for the first; higher ones fence off those before. */
  readonly attempt: number;
  readonly last: boolean;
  /** Aborted when the queue takes the job back or shuts down. */
  readonly signal: AbortSignal;
};

/** pg-boss, set up for few, long, precious jobs. */
export class Queue {
  readonly #boss: PgBoss;
  readonly #timeoutSeconds: number;
  readonly #retryDelaySeconds: number;

  constructor(
    { queueConnection, isShared }: Pick<Database, 'queueConnection' | 'isShared'>,
    { timeoutSeconds, retryDelaySeconds, onError }: QueueOptions,
  ) {
    this.#timeoutSeconds = timeoutSeconds;
    this.#retryDelaySeconds = retryDelaySeconds;
    this.#boss = new PgBoss({
      ...queueConnection,
      schema: 'pgboss',
      useListenNotify: true,
      schedule: false,
      superviseIntervalSeconds: 5,
      monitorIntervalSeconds: 5,
      // An embedded database has neither a bloated index to rebuild by night nor another's vacuum to watch.
      reindex: isShared,
      monitorVacuum: isShared,
    });
    this.#boss.on('error', onError);
  }

  async start(): Promise<void> {
    await this.#boss.start();
    await this.#boss.createQueue(lostQueueName, { notify: true });
    const settings = {
      notify: true,
      retryLimit,
      retryDelay: this.#retryDelaySeconds,
      retryBackoff: this.#retryDelaySeconds > 0,
      expireInSeconds: this.#timeoutSeconds + expiryMarginSeconds,
      heartbeatSeconds: 20,
      retentionSeconds: longestWaitSeconds,
      deadLetter: lostQueueName,
    };
    await this.#boss.createQueue(queueName, settings);
    // A queue that was there keeps the settings of its making otherwise.
    await this.#boss.updateQueue(queueName, settings);
  }

  /** Writes the queue's entry through `transaction`, beside the job's own row. */
  async send(jobId: string, priority: JobPriority, transaction: Db): Promise<void> {
    await this.#boss.send(queueName, { jobId }, { ...entryOf(jobId, priority), db: transaction });
  }

  /**
   * The statement that writes the entries of jobs, not run yet, for a database that takes it with others. They get
   * their turn in the order in which they were made, however late that is written.
   * @param createdAt ISO 8601, UTC.
   */
  async entries(
    jobs: readonly { jobId: string; priority: JobPriority; createdAt: string }[],
  ): Promise<Statement> {
    const caught: { text: string; values: unknown[] }[] = [];
    const db: Db = {
      executeSql: async (text, values = []) => {
        caught.push({ text, values });
        return { rows: [] };
      },
    };
    const entries = jobs.map(({ jobId, priority, createdAt }) => ({
      ...entryOf(jobId, priority),
      startAfter: dueSince(createdAt),
      data: { jobId },
    }));
    await this.#boss.insert(queueName, entries, { db });
    const [value] = caught[0]?.values ?? [];
    const [before, after] = caught[0]?.text.split(createdNow) ?? [];
    if (caught.length !== 1 || caught[0].values.length !== 1 || typeof value !== 'string' || !after) {
      throw new Error('pg-boss stores its entries in an unexpected format.');
    }
    return { text: `${before}${createdWhenDue}${after}`, value };
  }

  /** Takes the job's entry out, whether it waits or runs. */
  async remove(jobId: string): Promise<void> {
    await this.#boss.cancel(queueName, toUuid(jobId));
  }

  /** One more retry than it had. */
  async grantRetry(jobId: string): Promise<void> {
    await this.#sql('UPDATE pgboss.job SET retry_limit = retry_limit + 1 WHERE name = $1 AND id = $2', [
      toUuid(jobId),
    ]);
  }

  /**
   * Only for the sole owner of the database, before any worker starts: what is "active" now belongs to a
   * process that is dead, and waiting for its heartbeat to run out would only cost time. It keeps its count
   * of tries: a job that takes its process down each time must come to an end, and one that did so at its second
   * try, or a later one, rests before the next: it may be what the process died of.
   * @returns ids of the jobs that rest.
   */
  async requeueOrphans(restSeconds: number): Promise<string[]> {
    // Tries that a graceful stop cut short were granted anew, and do not count.
    const rows = await this.#sql(
      `UPDATE pgboss.job SET state = 'retry', heartbeat_on = NULL, start_after = CASE
         WHEN state = 'active' AND retry_count - (retry_limit - $2) >= 1 THEN now() + $3 * interval '1 second'
         WHEN start_after > now() + interval '1 minute' AND start_after <= now() + $3 * interval '1 second'
           THEN start_after
         ELSE now() END
       WHERE name = $1 AND (state = 'active' AND retry_count < retry_limit OR state = 'retry')
       RETURNING data->>'jobId' AS job_id, start_after > now() AS rests`,
      [retryLimit, restSeconds],
    );
    await this.#sql(
      `UPDATE pgboss.job SET state = 'failed', completed_on = now() WHERE name = $1 AND state = 'active'`,
    );
    return rows.filter(({ rests }) => rests === true).map((row) => String(row.job_id));
  }

  /** Lets the job's next try wait so long; this one does not count. */
  async rest(jobId: string, seconds: number): Promise<void> {
    await this.#sql(
      `UPDATE pgboss.job SET retry_limit = retry_limit + 1, retry_delay = $3, retry_backoff = false
       WHERE name = $1 AND id = $2`,
      [toUuid(jobId), seconds],
    );
  }

  /** Ids of the jobs that an attempt will still come to. */
  async waiting(): Promise<Set<string>> {
    const rows = await this.#sql(
      `SELECT data->>'jobId' AS job_id FROM pgboss.job WHERE name = $1 AND state < 'completed'`,
    );
    return new Set(rows.map((row) => String(row.job_id)));
  }

  /** Starts `slots` workers, each with one attempt at a time. */
  async work(slots: number, run: (attempt: Attempt) => Promise<void>): Promise<void> {
    for (let slot = 0; slot < slots; slot++) {
      const worker: { id?: string } = {};
      worker.id = await this.#boss.work(
        queueName,
        {
          includeMetadata: true,
          pollingIntervalSeconds: 0.5,
          notifyPollingIntervalSeconds: 0.5,
          heartbeatRefreshSeconds: 5,
        },
        async ([job]: JobWithMetadata<{ jobId: string }>[]) => {
          try {
            await run({
              jobId: job.data.jobId,
              attempt: job.retryCount,
              last: job.retryCount >= job.retryLimit,
              signal: job.signal,
            });
          } finally {
            // Woken by NOTIFY alone, a worker would sleep between the jobs of a backlog.
            if (worker.id !== undefined) this.#boss.notifyWorker(worker.id);
          }
        },
      );
    }
  }

  /** Calls `bury` for each job that the queue gave up. */
  async workLost(bury: (jobId: string) => Promise<void>): Promise<void> {
    await this.#boss.work<{ jobId: string }>(lostQueueName, { pollingIntervalSeconds: 2 }, async ([job]) => {
      await bury(job.data.jobId);
    });
  }

  /**
   * Hears what is said on a channel of the database. A lost connection is made again.
   * @param onReconnect called whenever listening has begun: what was said before was not heard.
   * @returns a function that ends it.
   */
  async listen(
    channel: string,
    onMessage: (payload: string) => void,
    onReconnect: () => void,
  ): Promise<() => Promise<void>> {
    const port = this.#boss.getDb();
    if (port.listen === undefined) throw new Error('This database cannot listen.');
    const handle = await port.listen(channel, onMessage, onReconnect);
    return () => handle.close();
  }

  async #sql(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const { rows } = await this.#boss.getDb().executeSql(text, [queueName, ...values]);
    return rows;
  }

  /** Takes no more work and waits for what runs, at most `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: Math.max(1000, graceMs), close: false });
  }
}

/** Where pg-boss says when an entry was made, and what is said instead: the inverse of {@link dueSince}. */
const createdNow = 'pgboss.job_now() as created_on';
const createdWhenDue = `j.start_after + interval '${clockStepMs / 1000} seconds' as created_on`;

/** When an entry is due, to the microsecond. */
function dueSince(createdAt: string): string {
  const early = new Date(Date.parse(createdAt) - clockStepMs).toISOString();
  return early.replace(/\.\d+Z$/, createdAt.slice(createdAt.indexOf('.')));
}

/** What each entry of the queue says beside its job. */
function entryOf(jobId: string, priority: JobPriority) {
  // Due already, also by a clock that is set back before its turn comes.
  return { id: toUuid(jobId), priority: rank(priority), startAfter: new Date(Date.now() - clockStepMs) };
}

/** The higher goes first. */
function rank(priority: JobPriority): number {
  return priority === 'batch' ? 0 : 1;
}

/** pg-boss keys its jobs by UUID, which is 128 bits as well. */
function toUuid(jobId: string): string {
  return jobId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
