import { AtollError } from '@atoll/errors/error';
import type { CaseFiles } from '@atoll/volume/case-files';
import { checkWish } from './choice.ts';
import type { Engine } from './engine.ts';
import type { EngineFacts } from './ensemble/ensemble-facts.ts';
import type { RunOptions, RunResult } from './run.ts';
import { askThread, type LocationTold, tellLocation } from './thread-dialogue.ts';

/** What a run says of its engine, which stays where it is; of an ensemble what it says of each part. */
type EngineTold = EngineFacts & { readonly parts: readonly EngineFacts[] | null };

export type RunTask = {
  readonly kind: 'run';
  readonly engine: EngineTold;
  readonly files: CaseFiles;
  readonly preset: string;
  readonly options: readonly string[];
  readonly dwiVolume: number | undefined;
  readonly derivation: readonly string[] | undefined;
  readonly maxVoxels: number | undefined;
  readonly location: LocationTold;
};

/**
 * `runSegmentation` for a process that has requests to answer: reading, measuring and looking a second time take up to
 * a second of computing, and go on in a thread of their own. Engine and locator stay here, and are asked from there.
 * @throws AtollError as `runSegmentation` does; nothing of the run goes on then.
 */
export async function runInThread(options: RunOptions): Promise<RunResult> {
  const { engine, files, location, signal, onProgress } = options;
  if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
  const wish = checkWish(engine, { ...options, hasFlair: files.flair !== undefined });
  engine.prepare?.();
  const { dwiVolume, derivation, maxVoxels } = options;
  const task: RunTask = {
    kind: 'run',
    engine: { ...factsOf(engine), parts: engine.parts?.map(factsOf) ?? null },
    files,
    preset: wish.preset,
    options: wish.options,
    dwiVolume,
    derivation,
    maxVoxels,
    location: tellLocation(location),
  };
  return askThread<RunResult>(task, { location, signal, onProgress, engine });
}

function factsOf(engine: Engine): EngineFacts {
  const { id, version, title, description, presets, options, stages, citations } = engine;
  return { id, version, title, description, presets, options, stages, citations };
}
