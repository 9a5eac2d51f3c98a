import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { hasEnded, type JobStatus } from '@atoll/jobs/job';
import type { JobDesk } from '../parts.ts';
import type { JobAnswers } from './job-answers.ts';

/** The queue's place of a waiting job changes without a change of the job. */
const waitingMs = 2000;
/** A word now and then keeps proxies from cutting the line, and shows where it was cut. */
const heartbeatMs = 15_000;
/** Who does not take what is sent is cut off, and comes back when they can. */
const mostUnsentBytes = 256 * 1024;
/** Work for so many streams at a time; then requests have their turn. */
const atOnce = 50;

type Stream = { readonly raw: ServerResponse; readonly client: string; version: number };

/** A job as it is told under one address, and who listens. */
type Topic = {
  readonly jobId: string;
  readonly publicUrl: string;
  readonly streams: Set<Stream>;
  status: JobStatus | null;
  text: string;
  isBusy: boolean;
  again: boolean;
};

/**
 * Server-sent events of any number of clients. What there is to say of a job is made once for all who listen to it, and
 * two clocks go for all streams together: a stream that waits costs its socket and little else.
 */
export class EventStreams {
  readonly #jobs: JobDesk;
  readonly #answers: JobAnswers;
  readonly #topics = new Map<string, Topic>();
  readonly #ofJob = new Map<string, Set<Topic>>();
  readonly #ofClient = new Map<string, number>();
  #size = 0;
  #end: (() => void) | null = null;

  constructor(jobs: JobDesk, answers: JobAnswers) {
    this.#jobs = jobs;
    this.#answers = answers;
  }

  get size(): number {
    return this.#size;
  }

  /** How many streams one client has. */
  sizeOf(client: string): number {
    return this.#ofClient.get(client) ?? 0;
  }

  /**
   * Tells a client of a job from now on, until the job has ended or the client leaves.
   * @param raw the answer, its headers set.
   * @param seen the version of the job that the client knows already; NaN for none.
   */
  add(raw: ServerResponse, jobId: string, publicUrl: string, seen: number, client: string): void {
    this.#end ??= this.#begin();
    const topic = this.#topicOf(jobId, publicUrl);
    const stream = { raw, client, version: seen };
    topic.streams.add(stream);
    this.#size++;
    this.#ofClient.set(client, this.sizeOf(client) + 1);
    raw.once('close', () => this.#leave(topic, stream));
    // A client whose line breaks comes back after so many milliseconds.
    raw.write('retry: 1000\n\n');
    void this.#refresh(topic);
  }

  /** Ends all, with their connections: kept alive they would hold up a stop. */
  close(): void {
    for (const { streams } of this.#topics.values()) {
      for (const { raw } of streams) {
        const { socket } = raw;
        raw.end(() => socket?.destroySoon());
      }
    }
  }

  #topicOf(jobId: string, publicUrl: string): Topic {
    const key = `${jobId} ${publicUrl}`;
    const known = this.#topics.get(key);
    if (known !== undefined) return known;
    const streams = new Set<Stream>();
    const topic: Topic = { jobId, publicUrl, streams, status: null, text: '', isBusy: false, again: false };
    this.#topics.set(key, topic);
    const others = this.#ofJob.get(jobId) ?? new Set();
    this.#ofJob.set(jobId, others.add(topic));
    return topic;
  }

  #leave(topic: Topic, stream: Stream): void {
    const { jobId, publicUrl, streams } = topic;
    streams.delete(stream);
    this.#size--;
    const left = this.sizeOf(stream.client) - 1;
    if (left > 0) this.#ofClient.set(stream.client, left);
    else this.#ofClient.delete(stream.client);
    if (streams.size > 0) return;
    this.#topics.delete(`${jobId} ${publicUrl}`);
    const others = this.#ofJob.get(jobId);
    others?.delete(topic);
    if (others?.size === 0) this.#ofJob.delete(jobId);
    if (this.#topics.size > 0) return;
    this.#end?.();
    this.#end = null;
  }

  /** The clocks, and the word of changes. @returns a function that ends them. */
  #begin(): () => void {
    const unwatch = this.#jobs.watch((change) => {
      // Some word was missed: each job may have changed.
      if (change === null) void this.#inSlices([...this.#topics.values()], (topic) => this.#refresh(topic));
      else for (const topic of this.#ofJob.get(change.jobId) ?? []) void this.#refresh(topic);
    });
    const waiting = setInterval(() => {
      const topics = [...this.#topics.values()].filter(({ status }) => status === 'pending');
      void this.#inSlices(topics, (topic) => this.#refresh(topic));
    }, waitingMs).unref();
    const heartbeat = setInterval(() => {
      const streams = [...this.#topics.values()].flatMap((topic) => [...topic.streams]);
      void this.#inSlices(streams, async ({ raw }) => send(raw, ': \n\n'));
    }, heartbeatMs).unref();
    return () => {
      unwatch();
      clearInterval(waiting);
      clearInterval(heartbeat);
    };
  }

  async #inSlices<Item>(items: readonly Item[], task: (item: Item) => Promise<void>): Promise<void> {
    for (let first = 0; first < items.length; first += atOnce) {
      await Promise.all(items.slice(first, first + atOnce).map(task));
      await turn();
    }
  }

  /** Looks at the job and tells its listeners what is new to them; one look at a time. */
  async #refresh(topic: Topic): Promise<void> {
    topic.again = true;
    if (topic.isBusy) return;
    topic.isBusy = true;
    while (topic.again && topic.streams.size > 0) {
      topic.again = false;
      await this.#tell(topic).catch(() => {
        // Purged or expired in the meantime, or the queue does not answer: there is nothing more to say here.
        for (const { raw } of topic.streams) raw.end();
      });
    }
    topic.isBusy = false;
  }

  /** @throws AtollError when there is no such job any more, or it cannot be asked. */
  async #tell(topic: Topic): Promise<void> {
    const job = await this.#jobs.get(topic.jobId);
    if (job === null) {
      for (const { raw } of topic.streams) raw.end();
      return;
    }
    const text = (await this.#answers.answer(job, topic.publicUrl)).bytes.toString();
    const isMoved = job.status === 'pending' && topic.text !== '' && text !== topic.text;
    topic.text = text;
    topic.status = job.status;
    const event = `id: ${job.version}\nevent: job\ndata: ${text}\n\n`;
    for (const stream of topic.streams) {
      if (stream.version !== job.version || isMoved) send(stream.raw, event);
      stream.version = job.version;
      if (hasEnded(job.status)) stream.raw.end();
    }
  }
}

function send(raw: ServerResponse, text: string): void {
  if (raw.writableEnded || raw.destroyed) return;
  if (raw.writableLength > mostUnsentBytes) raw.destroy();
  else raw.write(text);
}
