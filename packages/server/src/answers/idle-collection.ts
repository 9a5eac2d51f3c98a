import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const lookEveryMs = 5000;
/** Share of the time that a thread may compute and still have nobody waiting for it. */
const idleShare = 0.2;
/** What the heap holds more than it did after the last collection, to be worth one. */
const worthBytes = 32e6;

/**
 * Gives memory back after a crowd: V8 collects all of its heap only while something is asked of it, so that a process that
 * served thousands and then rests keeps what they took. One collection takes a tenth of a second, when nobody waits.
 * @returns a function that ends it.
 */
export function collectWhenIdle({
  everyMs = lookEveryMs,
  collect = collector(),
  computedMs = ownComputing,
  heapBytes = () => getHeapStatistics().total_heap_size,
}: {
  readonly everyMs?: number;
  readonly collect?: () => void;
  /** What this thread has computed until now. */
  readonly computedMs?: () => number;
  /** What its heap takes of the machine's memory now. */
  readonly heapBytes?: () => number;
} = {}): () => void {
  let before = computedMs();
  let heldBytes = heapBytes();
  const timer = setInterval(() => {
    const now = computedMs();
    const share = (now - before) / everyMs;
    before = now;
    if (share > idleShare || heapBytes() < heldBytes + worthBytes) return;
    collect();
    heldBytes = heapBytes();
  }, everyMs).unref();
  return () => clearInterval(timer);
}

/** One that waits for its turn on a busy machine is idle all the same. */
function ownComputing(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** V8's own, which it gives to whoever asks for it by a flag. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect !== 'function') return () => undefined;
  return () => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
