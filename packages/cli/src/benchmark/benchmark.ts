import { join } from 'node:path';
import { BidsSource } from '@atoll/cases/bids/source';
import { checkWish } from '@atoll/engines/choice';
import type { Engine, Progress } from '@atoll/engines/engine';
import { researchNotice } from '@atoll/engines/notice';
import { AtollError } from '@atoll/errors/error';
import { writeBenchmarkPage } from '@atoll/report/cohort/benchmark-page';
import { runBatch } from '../batch/batch.ts';
import { Derivative } from '../derivative/derivative.ts';
import { ensureWritable, writeFiles } from '../output-folder.ts';
import { measures, type Score, scoreOf } from './scores.ts';
import { type Summary, summarise } from './summary.ts';
import { latexTable, markdownTable, scoreTable, summaryTable } from './tables.ts';

export type BenchmarkOptions = {
  readonly bids: string;
  readonly out: string;
  readonly engines: readonly Engine[];
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** A sentence for people, as an engine or a case ends. */
  readonly tell: (text: string) => void;
};

export type BenchmarkResult = {
  readonly scores: readonly Score[];
  readonly summaries: readonly Summary[];
  /** Cases that an engine gave no mask of. */
  readonly failed: readonly { readonly engine: string; readonly caseId: string; readonly reason: string }[];
  readonly withoutReference: number;
};

/** Asked for where an engine has it: precision and recall need it. */
const probabilityOption = 'probability';

/**
 * Runs several engines on all cases of a BIDS folder that have a reference, each into a derivative of its own below
 * `out` (so that a run that was broken off goes on, and masks stay to be looked at), and compares them.
 * @throws AtollError ENGINE_UNAVAILABLE before anything is run, CASE_INCOMPLETE, FILE_UNWRITABLE, JOB_CANCELLED
 */
export async function runBenchmark(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const { bids, out, engines, jobs, signal, onProgress, tell } = options;
  for (const engine of engines) {
    checkWish(engine, { options: optionsOf(engine), hasFlair: true });
    const availability = await engine.availability();
    if (availability.usable) continue;
    throw new AtollError(
      'ENGINE_UNAVAILABLE',
      `${engine.title} cannot run here: ${availability.reason} ${availability.cure}`,
    );
  }
  await ensureWritable(out);
  const source = new BidsSource(bids);
  const scores: Score[] = [];
  const failed: { engine: string; caseId: string; reason: string }[] = [];
  const bare = new Set<string>();
  for (const engine of engines) {
    const derivative = new Derivative(join(out, engine.id), bids);
    const ended = await runBatch({
      source,
      derivative,
      engine,
      options: optionsOf(engine),
      jobs,
      signal,
      ...(onProgress === undefined ? {} : { onProgress }),
      onCase: ({ found }, count, all) => tell(`${engine.id}: [${count}/${all}] ${found.id}`),
    });
    if (ended.length === 0) {
      throw new AtollError('CASE_INCOMPLETE', 'The BIDS folder contains no session with both DWI and ADC.');
    }
    for (const each of ended) {
      if (signal.aborted) throw new AtollError('JOB_CANCELLED');
      const { found, state } = each;
      if (state.status === 'failed')
        failed.push({ engine: engine.id, caseId: found.id, reason: state.error.message });
      const score = await scoreOf(engine.id, each, source, derivative);
      if (score !== null) scores.push(score);
      else if (state.status !== 'failed') bare.add(found.id);
    }
  }
  if (scores.length === 0) {
    throw new AtollError(
      'CASE_INCOMPLETE',
      'No case of the BIDS folder has both a mask of an engine and a reference.',
    );
  }
  // Engines are compared on the same cases: one that failed would otherwise gain by it.
  const shared = scores.filter(({ caseId }) =>
    engines.every(({ id }) => scores.some((each) => each.engine === id && each.caseId === caseId)),
  );
  const summaries = summarise(shared);
  const result = { scores, summaries, failed, withoutReference: bare.size };
  await writeFiles(out, filesOf(result, new Set(shared.map(({ caseId }) => caseId)).size, engines));
  return result;
}

function optionsOf(engine: Engine): string[] {
  return engine.options.some(({ id }) => id === probabilityOption) ? [probabilityOption] : [];
}

function filesOf(
  { scores, summaries, failed, withoutReference }: BenchmarkResult,
  cases: number,
  engines: readonly Engine[],
) {
  const text = (content: string) => new TextEncoder().encode(content);
  const about = [
    `${engines.map(({ title, version }) => `${title} ${version}`).join(', ')}.`,
    `Cases that every engine gave a mask of, and that have a reference: ${cases}.`,
    ...(withoutReference > 0 ? [`Left out for want of a reference: ${withoutReference}.`] : []),
    ...failed.map(({ engine, caseId, reason }) => `Failed: ${engine}, ${caseId}: ${reason}`),
  ];
  const page = writeBenchmarkPage({
    title: 'Engines compared',
    notice: researchNotice,
    about,
    figures: measures.flatMap((measure) => {
      const rows = summaries.filter((each) => each.measure === measure);
      return rows.length === 0 ? [] : [{ ...measure, rows }];
    }),
  });
  return new Map([
    ['scores.tsv', text(scoreTable(scores))],
    ['summary.tsv', text(summaryTable(summaries))],
    ['table.md', text(markdownTable(summaries))],
    ['table.tex', text(latexTable(summaries))],
    ['benchmark.html', text(page)],
  ]);
}
