/** A worker as whoever gives it a task sees it: a thread of Node, or a web worker of the page. */
export type Hand<Answer> = {
  send(task: unknown, transfer: readonly ArrayBuffer[]): void;
  /** Until the function that it gives back is called. What happens after that is nobody's business. */
  listen(ears: {
    /** It answered. */
    readonly answer: (answer: Answer) => void;
    /** It threw, ended, or answered what cannot be read. */
    readonly crash: (cause: unknown) => void;
  }): () => void;
  /** Ends it, wherever its work is. @returns once nothing of it runs any more. */
  end(): Promise<void>;
  /** Where it can be given another task: takes it back, unharmed and idle. */
  readonly keep?: () => void;
};

/** What an answer means: null where it was progress, and the work goes on. */
type Reading<Result> =
  | { readonly done: Result }
  /** It says itself that it failed, and can be given another task. */
  | { readonly failed: unknown }
  | null;

export type Errand<Answer, Result> = {
  /** What it is sent; nothing where it knew its task when it was made. */
  readonly task?: unknown;
  /** Buffers that are given away with the task. */
  readonly transfer?: readonly ArrayBuffer[];
  readonly read: (answer: Answer) => Reading<Result>;
  readonly signal?: AbortSignal | undefined;
  /** The error of an errand that was aborted. */
  readonly cancelled: (reason: unknown) => unknown;
  /** The error of an errand whose worker died over it. */
  readonly crashed: (cause: unknown) => unknown;
  /** Longest that it may take, and the error of one that takes longer. */
  readonly limit?: { readonly ms: number; readonly passed: () => unknown };
};

/**
 * Gives a worker one task and waits for its result. The worker is ended when it has answered (unless it can be kept),
 * when it crashes, at the limit, and when the signal is aborted; only then the promise settles, so that nothing of the
 * work goes on behind the caller's back. What comes after the end changes nothing.
 * @param take makes or borrows the worker; not called where the signal is aborted already.
 * @throws what the errand's own functions make of it
 */
export function runErrand<Answer, Result>(
  take: () => Hand<Answer>,
  errand: Errand<Answer, Result>,
): Promise<Result> {
  const { task, transfer = [], read, signal, cancelled, crashed, limit } = errand;
  if (signal?.aborted) return Promise.reject(cancelled(signal.reason));
  const hand = take();
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  let isOver = false;
  const finish = (outcome: () => void, isIdle: boolean) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(clock);
    signal?.removeEventListener('abort', onAbort);
    stopListening();
    if (isIdle && hand.keep !== undefined) {
      hand.keep();
      outcome();
    } else hand.end().then(outcome, outcome);
  };
  const fail = (error: unknown, isIdle = false) => finish(() => reject(error), isIdle);
  const onAbort = () => fail(cancelled(signal?.reason));
  const onAnswer = (answer: Answer) => {
    try {
      const reading = read(answer);
      if (reading === null) return;
      if ('failed' in reading) fail(reading.failed, true);
      else finish(() => resolve(reading.done), true);
    } catch (thrown) {
      fail(thrown);
    }
  };
  const clock = limit === undefined ? undefined : setTimeout(() => fail(limit.passed()), limit.ms);
  const stopListening = hand.listen({ answer: onAnswer, crash: (cause) => fail(crashed(cause)) });
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    if (task !== undefined) hand.send(task, transfer);
  } catch (thrown) {
    fail(thrown);
  }
  return promise;
}
