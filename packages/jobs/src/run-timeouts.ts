import { mostParts, partIds } from '@atoll/engines/ensemble/ensemble-name';
import { longestTimeoutSeconds } from './queue.ts';

/**
 * Longest run of one attempt, in seconds: by the id of its engine, and of any. The engines of an ensemble run one after
 * the other, and each has its own time.
 */
export function runTimeouts({
  timeoutSeconds,
  engineTimeouts = new Map(),
}: {
  readonly timeoutSeconds: number;
  readonly engineTimeouts?: ReadonlyMap<string, number>;
}) {
  const bounded = (seconds: number) => Math.min(seconds, longestTimeoutSeconds);
  const ofPart = (engine: string) => engineTimeouts.get(engine) ?? timeoutSeconds;
  return {
    of: (engine: string) =>
      bounded(engineTimeouts.get(engine) ?? partIds(engine).reduce((sum, part) => sum + ofPart(part), 0)),
    longest: bounded(mostParts * Math.max(timeoutSeconds, ...engineTimeouts.values())),
  };
}
