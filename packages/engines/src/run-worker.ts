import { parentPort } from 'node:worker_threads';
import type { Locator } from '@atoll/atlas/locator';
import { giveWay } from '@atoll/threads/give-way';
import type { Engine } from './engine.ts';
import { EnsembleEngine } from './ensemble/ensemble-engine.ts';
import type { EngineFacts } from './ensemble/ensemble-facts.ts';
import type { LocationWish } from './location.ts';
import { type Revised, reviseSegmentation } from './revise.ts';
import type { ReviseTask } from './revise-thread.ts';
import { type RunResult, runSegmentation } from './run.ts';
import type { RunTask } from './run-thread.ts';
import {
  describeFault,
  type LocationTold,
  type Question,
  type Reply,
  revive,
  type Word,
} from './thread-dialogue.ts';

/** The far side of thread-dialogue.ts, for runs and revisions: one task after the other. */
let onReply: (reply: Reply) => void = () => undefined;

giveWay();
parentPort?.on('message', (message: RunTask | ReviseTask | Reply) => {
  if (message.kind === 'run') void run(message);
  else if (message.kind === 'revise') void revise(message);
  else onReply(message);
});

const tell = (word: Word<RunResult | Revised>) => parentPort?.postMessage(word);

function run({ engine, location, ...task }: RunTask): Promise<void> {
  return finish(() =>
    runSegmentation({
      ...task,
      engine: engineOf(engine),
      location: wishOf(location),
      onProgress: (progress) => tell({ kind: 'progress', progress }),
    }),
  );
}

function revise({ options, location }: ReviseTask): Promise<void> {
  return finish(() => reviseSegmentation({ ...options, location: wishOf(location) }));
}

async function finish(work: () => Promise<RunResult | Revised>): Promise<void> {
  try {
    tell({ kind: 'done', result: await work() });
  } catch (thrown) {
    tell({ kind: 'failed', fault: describeFault(thrown) });
  }
}

function wishOf(location: LocationTold): LocationWish | undefined {
  return location === null ? undefined : { ...location, locator: location.hasLocator ? locator : null };
}

/** Of an ensemble each part is asked by itself, and their masks are joined here, where nobody waits for an answer. */
function engineOf({ parts, ...facts }: RunTask['engine']): Engine {
  return parts === null
    ? atHome(facts, null)
    : new EnsembleEngine(parts.map((part) => atHome(part, part.id)));
}

/**
 * The engine as it is on the other side, which has looked whether it can run and takes the wish.
 * @param part its id where it is one of several
 */
function atHome(facts: EngineFacts, part: string | null): Engine {
  return {
    ...facts,
    availability: async () => ({ usable: true }),
    segment: async (study, { preset, options, onProgress } = {}) => {
      const given = { ...(preset && { preset }), ...(options && { options }) };
      const reply = await ask({ kind: 'segment', part, study, options: given }, (news) => {
        if (news.kind === 'engine-progress') onProgress?.(news.progress);
      });
      if (reply.kind !== 'segmented') throw new Error('The engine was asked and something else answered.');
      return reply.segmentation;
    },
  };
}

const locator: Locator = {
  locate: async (task, { onProgress } = {}) => {
    const reply = await ask({ kind: 'locate', task }, (news) => {
      if (news.kind === 'locating') onProgress?.(news.fraction);
    });
    if (reply.kind !== 'located') throw new Error('The atlas was asked and something else answered.');
    return reply.located;
  },
};

function ask(question: Question, onNews: (news: Reply) => void): Promise<Reply> {
  return new Promise((resolve, reject) => {
    onReply = (reply) => {
      if (reply.kind === 'fault') reject(revive(reply.fault));
      else if (reply.kind === 'segmented' || reply.kind === 'located') resolve(reply);
      else onNews(reply);
    };
    tell(question);
  });
}
