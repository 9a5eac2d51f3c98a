import type { Availability } from '../engine.ts';
import type { ContainerRuntime } from '../machine.ts';
import type { LogTail } from './log-tail.ts';
import type { Member } from './outcome.ts';
import type { Ended } from './program.ts';
import type { Task } from './task.ts';

export type RunRequest = {
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** Holds the inputs by their fixed names, and an empty `results`. */
  readonly folder: string;
  readonly gpu: number;
  readonly task: Task;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
  readonly onFolds: (count: number) => void;
  readonly onMember: (member: Member) => void;
};

export type Run = {
  readonly ended: Ended;
  readonly log: LogTail;
  /** How many of the five parts of SEALS left a mask; null where that cannot be seen. */
  readonly sealsFolds: number | null;
};

/** A way to DeepISLES: a container, or the programs of the image that Atoll itself runs in. */
export interface Runner {
  readonly way: 'container' | 'in-image';
  /** null inside the image. */
  readonly runtime: ContainerRuntime | null;
  /** Whether paths with spaces and the like are taken apart on the way. */
  readonly needsPlainPaths: boolean;
  /** For provenance. */
  describe(): Promise<Readonly<Record<string, string>>>;
  /** Which of the machine's GPUs it can use. */
  canUse(gpu: number): boolean;
  preflight(): Promise<Availability>;
  /** Resolves when nothing of the run is under way any more; aborting stops it. @throws Error when it cannot start. */
  run(request: RunRequest): Promise<Run>;
  /** Removes what an earlier run on this GPU left running; the caller holds the GPU. */
  sweep(gpu: number): Promise<void>;
  /** Removes what a container's root left in a folder of ours. */
  removeByRoot(folder: string): Promise<void>;
  /** Fetches what is missing. @throws AtollError ENGINE_UNAVAILABLE, JOB_CANCELLED */
  install(signal: AbortSignal, onLine: (line: string) => void): Promise<void>;
}
