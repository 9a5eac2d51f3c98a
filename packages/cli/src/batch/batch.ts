import type { BidsCase } from '@atoll/cases/bids/scan';
import type { BidsSource } from '@atoll/cases/bids/source';
import { derivationOf } from '@atoll/engines/caution';
import { checkWish } from '@atoll/engines/choice';
import type { Engine, Progress, Wish } from '@atoll/engines/engine';
import type { LocationWish } from '@atoll/engines/location';
import { hashInputs, runSegmentation } from '@atoll/engines/run';
import { AtollError, asAtollError } from '@atoll/errors/error';
import type { CaseFiles } from '@atoll/volume/case-files';
import type { Origin } from '../derivative/case-results.ts';
import { type CaseState, columns, rowOf, tableText } from '../derivative/case-table.ts';
import { CasesElsewhere } from '../derivative/cases-elsewhere.ts';
import { CohortPage } from '../derivative/cohort-page.ts';
import type { Derivative } from '../derivative/derivative.ts';
import { disagreementColumns, disagreementTable } from '../derivative/disagreement-table.ts';
import { writeSubjectPage } from '../derivative/subject-page.ts';

export type BatchOptions = {
  readonly source: BidsSource;
  /** Which of the cases; all unless given. The table and the page are of all. @throws UsageError */
  readonly choose?: ((all: readonly BidsCase[]) => readonly BidsCase[]) | undefined;
  readonly derivative: Derivative;
  readonly engine: Engine;
  readonly preset?: string | undefined;
  /** Ids of the engine’s options that are on. */
  readonly options?: readonly string[];
  /** Cases at the same time. Each holds its own images and no others. */
  readonly jobs: number;
  /** How lesions are placed. */
  readonly location?: LocationWish | undefined;
  /** Runs also what is there and right. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  /** All cases together as one progress. */
  readonly onProgress?: (progress: Progress) => void;
  /** A case has ended. */
  readonly onCase?: (ended: EndedCase, count: number, all: number) => void;
};

export type EndedCase = { readonly found: BidsCase; readonly state: CaseState };

/**
 * Runs the cases of a BIDS folder, a few at a time. What is whole and unchanged from before is kept; a failure
 * costs its own case; the table is written after each. Several processes may each run some of the cases.
 * @returns every case that was chosen and how it fared, in the order of the folder.
 * @throws AtollError JOB_CANCELLED when aborted (what is done by then stays), FILE_UNREADABLE, FILE_UNWRITABLE
 */
export async function runBatch(options: BatchOptions): Promise<readonly EndedCase[]> {
  const { source, derivative, signal } = options;
  const all = await source.scan();
  const cases = options.choose?.(all) ?? all;
  await derivative.begin(source.folder);
  const states: CaseState[] = cases.map(() => ({ status: 'waiting' }));
  const fractions = cases.map(() => 0);
  let ended = 0;
  const places = new Map(cases.map(({ id }, at) => [id, at]));
  const elsewhere = new CasesElsewhere(
    derivative,
    all.filter(({ id }) => !places.has(id)),
  );
  const stateOf = (found: BidsCase) => {
    const at = places.get(found.id);
    return at === undefined ? elsewhere.stateOf(found) : states[at];
  };
  /**
   * Writes what is of all cases. Whoever writes last must have seen the last case: a look after the writing shows
   * whether another process has ended one meanwhile, whose own writing this one may have overtaken.
   */
  const writeOfAll = async (write: () => Promise<void>) => {
    await elsewhere.look();
    do await write();
    while (await elsewhere.look());
  };
  let table = Promise.resolve();
  const writeTable = () => {
    // One after the other: a later table must not be overtaken by an earlier one.
    table = table.then(() =>
      writeOfAll(() =>
        derivative.writeTables([
          { name: 'lesions', tsv: tableText(all.map((found) => rowOf(found, stateOf(found)))), columns },
          {
            name: 'disagreements',
            tsv: disagreementTable(all.map((found) => ({ found, report: reportOf(stateOf(found)) }))),
            columns: disagreementColumns,
          },
        ]),
      ),
    );
    return table;
  };
  const page = new CohortPage(derivative);
  const writePage = () =>
    writeOfAll(() => page.write(all.map((found) => ({ found, state: stateOf(found) }))));
  await writeTable();

  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const waiting = cases.entries();
  const worker = async () => {
    for (const [at, found] of waiting) {
      if (both.aborted) throw new AtollError('JOB_CANCELLED');
      const state = await runOne(found, { ...options, signal: both }, ({ fraction, message }) => {
        fractions[at] = fraction;
        const done = fractions.reduce((sum, each) => sum + each, 0) / cases.length;
        const text = `${ended} of ${cases.length} done; ${found.id}: ${message}`;
        options.onProgress?.({ stage: 'batch', fraction: done, message: text });
      });
      states[at] = state;
      fractions[at] = 1;
      ended++;
      await writeTable();
      options.onCase?.({ found, state }, ended, cases.length);
    }
  };
  const workers = Array.from({ length: Math.max(1, options.jobs) }, worker);
  try {
    await Promise.all(workers);
  } finally {
    stop.abort();
    await Promise.allSettled(workers);
    await writePage();
  }
  // Of several processes the last one makes it: until then some of the masks are missing.
  const isLast = !all.some((found) => stateOf(found).status === 'waiting');
  if (options.location?.mni === 'mask and DWI' && isLast) {
    await derivative.writeFrequencyMap(all);
    // Which shows the map.
    await writePage();
  }
  return cases.map((found, at) => ({ found, state: states[at] }));
}

function reportOf(state: CaseState) {
  return 'report' in state ? state.report : null;
}

/** @throws AtollError JOB_CANCELLED, or FILE_UNWRITABLE: with a full disk the next case fares no better. */
async function runOne(
  found: BidsCase,
  { source, derivative, engine, preset, options, location, force, signal }: BatchOptions,
  onProgress: (progress: Progress) => void,
): Promise<CaseState> {
  const { results, failures } = derivative;
  let origin: Origin | null = null;
  try {
    const files = await source.open(found.id, signal === undefined ? {} : { signal });
    const wish = checkWish(engine, { preset, options, hasFlair: files.flair !== undefined });
    origin = await originOf(files, engine, wish);
    const kept = force === true ? null : await results.find(found, origin, location);
    if (kept !== null) {
      await failures.clear(found);
      if (!(await results.hasReadable(found)))
        await writeSubjectPage({ derivative, found, files }, kept, await results.readMask(found));
      return { status: 'kept', report: kept };
    }
    const result = await runSegmentation({
      engine,
      files,
      preset,
      options,
      derivation: derivationOf(files),
      location,
      signal,
      onProgress,
    });
    await results.write(found, result);
    await failures.clear(found);
    await writeSubjectPage({ derivative, found, files }, result.report, result.maskFile);
    return { status: 'done', report: result.report };
  } catch (thrown) {
    const error = asAtollError(thrown);
    if (signal?.aborted) throw new AtollError('JOB_CANCELLED', undefined, { cause: error });
    if (error.code === 'FILE_UNWRITABLE') throw error;
    // A mask of other images beside a failure would be taken for theirs.
    if (origin !== null && (await results.find(found, origin)) === null) await results.remove(found);
    await failures.write(found, error);
    return { status: 'failed', error };
  }
}

async function originOf(files: CaseFiles, engine: Engine, { preset, options }: Wish): Promise<Origin> {
  return {
    inputSha256: await hashInputs(files),
    engine: engine.id,
    engineVersion: engine.version,
    preset,
    options,
  };
}
