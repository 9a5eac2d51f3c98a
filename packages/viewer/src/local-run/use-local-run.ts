import { Report } from '@atoll/contract/report';
import type { Progress } from '@atoll/engines/engine';
import { type AtollError, asAtollError } from '@atoll/errors/error';
import { useEffect, useRef, useState } from 'react';
import { atlasHere } from '../local-images/atlas-files.ts';
import { loadBench } from '../local-images/bench.ts';
import type { MadeCase } from '../local-images/use-local-images.ts';
import type { HowToRun } from '../models/how-to-run.ts';
import { loadModelParts } from '../models/load-model-parts.ts';
import { maxVoxelsHere, memoryGbOf } from './memory.ts';
import { type LocalFiles, resultFiles } from './result-files.ts';
import type { LocalTask } from './task.ts';

/** A run in this page: what goes in, how far it is, and what came of it. */
export type LocalRun = {
  /** Counts the runs of this page. */
  readonly number: number;
  readonly made: MadeCase;
  readonly how: HowToRun;
  /** An atlas is there to say where lesions lie. */
  readonly places: boolean;
} & (
  | { readonly status: 'running'; readonly progress: Progress; readonly startedAt: number }
  | {
      readonly status: 'done';
      readonly report: Report;
      readonly results: LocalFiles;
      readonly saved: boolean;
    }
  | { readonly status: 'failed'; readonly error: AtollError }
  | { readonly status: 'cancelled' }
);

export type LocalRunHandle = {
  readonly run: LocalRun | null;
  start(made: MadeCase, how: HowToRun): void;
  cancel(): void;
  /** Told that the reader has the result on disk. */
  markSaved(): void;
  /** Drops images and result; a run under way is ended. */
  forget(): void;
};

/** Keeps the one run of this page. */
export function useLocalRun(): LocalRunHandle {
  const [run, setRun] = useState<LocalRun | null>(null);
  const ending = useRef<AbortController | null>(null);
  const count = useRef(0);
  useEffect(() => () => ending.current?.abort(), []);
  useWarningBeforeLeaving(
    run !== null && (run.status === 'running' || (run.status === 'done' && !run.saved)),
  );

  const start = async (made: MadeCase, how: HowToRun) => {
    ending.current?.abort();
    const ends = new AbortController();
    ending.current = ends;
    const set = (next: LocalRun) => !ends.signal.aborted && setRun(next);
    const atlas = atlasHere();
    const of = { number: ++count.current, made, how, places: atlas !== null };
    const startedAt = performance.now();
    const progress = { stage: 'read', fraction: 0, message: 'Starting' };
    set({ ...of, status: 'running', progress, startedAt });
    try {
      const task: LocalTask = {
        files: made.files,
        derivation: made.derivation,
        preset: how.preset,
        atlas,
        maxVoxels: maxVoxelsHere(memoryGbOf(navigator)),
      };
      const onProgress = (now: Progress) => set({ ...of, status: 'running', progress: now, startedAt });
      const options = { signal: ends.signal, onProgress };
      const result =
        how.model === null
          ? await (await loadBench()).runInWorker(task, options)
          : await (await loadModelParts()).runModelHere(how.model, task, options);
      const report = Report.parse(result.report);
      set({ ...of, status: 'done', report, results: resultFiles(result, made.files), saved: false });
    } catch (thrown) {
      set({ ...of, status: 'failed', error: asAtollError(thrown) });
    }
  };

  return {
    run,
    start,
    cancel: () => {
      ending.current?.abort();
      setRun((before) => {
        if (before?.status !== 'running') return before;
        const { number, made, how, places } = before;
        return { number, made, how, places, status: 'cancelled' };
      });
    },
    markSaved: () => setRun((before) => (before?.status === 'done' ? { ...before, saved: true } : before)),
    forget: () => {
      ending.current?.abort();
      setRun(null);
    },
  };
}

/** A result that was not saved is gone with the page. */
function useWarningBeforeLeaving(active: boolean): void {
  useEffect(() => {
    if (!active) return;
    const onLeave = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', onLeave);
    return () => window.removeEventListener('beforeunload', onLeave);
  }, [active]);
}
