import { getPriority, setPriority } from 'node:os';

/** Steps of `nice`: the others get ten times as much of a core that both want, and a core that nobody wants is taken whole. */
const lower = 10;
const lowest = 19;

/**
 * Called in a thread that computes in the background: lets those go first that answer requests. Linux alone has a
 * priority for each thread; elsewhere it would be the whole process's, and is left as it is.
 */
export function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Math.min(lowest, getPriority() + lower));
  } catch {
    // Forbidden here: it computes all the same.
  }
}
