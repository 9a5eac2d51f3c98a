import { Worker } from 'node:worker_threads';
import { runErrand } from '@atoll/threads/errand';
import { handOfThread } from '@atoll/threads/node-hand';
import type { Task } from './plan.ts';

/** Tasks of one head that a thread takes in one go: preparing a head costs as much as some runs. */
const share = 48;

/** A file that answers each task that it is sent with a row, or null, and what it is told at its start. */
export type ThreadKind<Row> = {
  readonly file: URL;
  readonly data: string;
  /** Only names the type of its rows. */
  readonly row?: Row;
};

/**
 * Runs tasks in so many threads. Rows come in the order of the tasks, whichever thread was first.
 * @throws what a task throws; the other threads are ended then.
 */
export async function runAll<Row>(
  tasks: readonly Task[],
  kind: ThreadKind<Row>,
  jobs: number,
  onRow: (done: number, all: number) => void = () => {},
): Promise<Row[]> {
  const rows: (Row | null)[] = tasks.map(() => null);
  const shares = sharesOf(tasks);
  let done = 0;
  const threads = Array.from({ length: Math.min(jobs, shares.length) }, () => {
    return new Worker(kind.file, { workerData: kind.data, execArgv: [] });
  });
  try {
    await Promise.all(
      threads.map(async (thread) => {
        for (let next = shares.shift(); next !== undefined; next = shares.shift()) {
          for (const at of next) {
            rows[at] = await answer<Row>(thread, tasks[at]);
            onRow(++done, tasks.length);
          }
        }
      }),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return rows.flatMap((row) => (row === null ? [] : [row]));
}

function sharesOf(tasks: readonly Task[]): number[][] {
  const shares: number[][] = [];
  tasks.forEach(({ head }, at) => {
    const last = shares.at(-1);
    if (last !== undefined && last.length < share && tasks[last[0]].head === head) last.push(at);
    else shares.push([at]);
  });
  return shares;
}

function answer<Row>(thread: Worker, task: Task): Promise<Row | null> {
  // It goes on to the next task; whoever made it ends it.
  const hand = { ...handOfThread<Row | null>(thread), keep: () => undefined };
  return runErrand<Row | null, Row | null>(() => hand, {
    task,
    read: (row) => ({ done: row }),
    cancelled: (reason) => reason,
    crashed: (cause) => new Error(`A thread ended at ${JSON.stringify(task)}.`, { cause }),
  });
}
