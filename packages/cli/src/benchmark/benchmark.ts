import { join } from 'node:path';
import { BidsSource } from '@atoll/cases/bids/source';
import { checkWish } from '@atoll/engines/choice';
import type { Engine, Progress } from '@atoll/engines/engine';
import { researchNotice } from '@atoll/engines/notice';
import { probabilityOption } from '@atoll/engines/probability-option';
import { AtollError } from '@atoll/errors/error';
import { writeBenchmarkPage } from '@atoll/report/cohort/benchmark-page';
import { runBatch } from '../batch/batch.ts';
import { Derivative } from '../derivative/derivative.ts';
import { ensureWritable, writeFiles } from '../output-folder.ts';
import { measures, type Score, scoreOf } from './scores.ts';
import { type Summary, summarise } from './summary.ts';
import { latexTable, markdownTable, scoreTable, summaryTable } from './tables.ts';

/** An engine as it is compared. */
export type Contestant = {
  /** What it is called in tables: its id, and its preset where that is not its first. */
  readonly name: string;
  readonly engine: Engine;
  readonly preset: string;
};

export type BenchmarkOptions = {
  readonly bids: string;
  readonly out: string;
  readonly contestants: readonly Contestant[];
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

/**
 * Runs several engines on all cases of a BIDS folder that have a reference, each into a derivative of its own below
 * `out` (so that a run that was broken off goes on, and masks stay to be looked at), and compares them.
 * @throws AtollError ENGINE_UNAVAILABLE before anything is run, CASE_INCOMPLETE, FILE_UNWRITABLE, JOB_CANCELLED
 */
export async function runBenchmark(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const { bids, out, contestants, jobs, signal, onProgress, tell } = options;
  for (const { engine, preset } of contestants) {
    checkWish(engine, { preset, options: optionsOf(engine), hasFlair: true });
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
  for (const { name, engine, preset } of contestants) {
    const derivative = new Derivative(join(out, folderName(name)), bids);
    const ended = await runBatch({
      source,
      derivative,
      engine,
      preset,
      options: optionsOf(engine),
      jobs,
      signal,
      ...(onProgress === undefined ? {} : { onProgress }),
      onCase: ({ found }, count, all) => tell(`${name}: [${count}/${all}] ${found.id}`),
    });
    if (ended.length === 0) {
      throw new AtollError('CASE_INCOMPLETE', 'The BIDS folder contains no session with both DWI and ADC.');
    }
    for (const each of ended) {
      if (signal.aborted) throw new AtollError('JOB_CANCELLED');
      const { found, state } = each;
      if (state.status === 'failed')
        failed.push({ engine: name, caseId: found.id, reason: state.error.message });
      const score = await scoreOf(name, each, source, derivative);
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
    contestants.every(({ name }) => scores.some((each) => each.engine === name && each.caseId === caseId)),
  );
  const summaries = summarise(shared);
  const result = { scores, summaries, failed, withoutReference: bare.size };
  await writeFiles(out, filesOf(result, new Set(shared.map(({ caseId }) => caseId)).size, contestants));
  return result;
}

/** Probabilities are asked for where an engine has them: precision and recall need them. */
function optionsOf(engine: Engine): string[] {
  return engine.options.some(({ id }) => id === probabilityOption.id) ? [probabilityOption.id] : [];
}

/**
 * An engine by what a list of them calls it: its id, or id and preset as `diffusion+lab-stroke:union`.
 * @throws AtollError ENGINE_UNKNOWN, ENSEMBLE_INVALID, PRESET_UNKNOWN
 */
export function contestantOf(text: string, find: (id: string) => Engine): Contestant {
  const [id, wanted] = text.split(':', 2);
  const engine = find(id);
  const { preset } = checkWish(engine, { preset: wanted, hasFlair: true });
  return { name: preset === engine.presets[0].id ? engine.id : `${engine.id}:${preset}`, engine, preset };
}

/** Not every system has colons in names; no id has a point. */
function folderName(name: string): string {
  return name.replace(':', '.');
}

function titleOf({ engine, preset }: Contestant): string {
  const chosen = engine.presets.find(({ id }) => id === preset);
  const isFirst = chosen === engine.presets[0];
  return `${engine.title} ${engine.version}${isFirst ? '' : ` (${chosen?.title ?? preset})`}`;
}

function filesOf(
  { scores, summaries, failed, withoutReference }: BenchmarkResult,
  cases: number,
  contestants: readonly Contestant[],
) {
  const text = (content: string) => new TextEncoder().encode(content);
  const about = [
    `${contestants.map(titleOf).join(', ')}.`,
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
