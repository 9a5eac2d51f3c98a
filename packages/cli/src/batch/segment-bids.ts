import { resolve } from 'node:path';
import { BidsSource } from '@atoll/cases/bids/source';
import { checkWish } from '@atoll/engines/choice';
import { AtollError } from '@atoll/errors/error';
import { rowOf } from '../derivative/case-table.ts';
import { Derivative } from '../derivative/derivative.ts';
import { openEngines } from '../engine-list.ts';
import { exitCodes, UsageError } from '../exit.ts';
import { untilInterrupted } from '../interrupt.ts';
import { ensureWritable } from '../output-folder.ts';
import { placingWish } from '../placing.ts';
import { ProgressBar } from '../progress-bar.ts';
import { plainLines } from '../terminal-text.ts';
import { type EndedCase, runBatch } from './batch.ts';
import { chooseCases } from './chosen-cases.ts';

type Options = {
  readonly bids: string;
  readonly participantLabel?: readonly string[];
  readonly sessionLabel?: readonly string[];
  readonly out: string;
  readonly engine: string;
  readonly preset?: string;
  readonly option: readonly string[];
  readonly jobs?: number;
  readonly force?: boolean;
  readonly space?: 'MNI152';
  readonly json?: boolean;
};

/** `atoll segment --bids`: all cases of a folder, with a line on stderr for each. */
export async function segmentBids(options: Options): Promise<void> {
  const { bids, out, preset, json, jobs = 1, force = false } = options;
  if (resolve(bids) === resolve(out)) throw new UsageError('--out must be a different folder from --bids');
  const engine = (await openEngines()).find(options.engine);
  // What no case could have is refused before the first; a missing FLAIR is each case’s own.
  checkWish(engine, { preset, options: options.option, hasFlair: true });
  const availability = await engine.availability();
  if (!availability.usable) {
    throw new AtollError(
      'ENGINE_UNAVAILABLE',
      `${engine.title} cannot run here: ${availability.reason} ${availability.cure}`,
    );
  }
  const signal = untilInterrupted();
  const source = new BidsSource(bids);
  const cases = await source.scan();
  for (const remark of source.remarks()) process.stderr.write(`${remark}\n`);
  if (cases.length === 0) {
    throw new AtollError('CASE_INCOMPLETE', 'The BIDS folder contains no session with both DWI and ADC.');
  }
  const choose = (all: typeof cases) =>
    chooseCases(all, { participants: options.participantLabel, sessions: options.sessionLabel });
  if (choose(cases).length === 0) throw new UsageError('none of these subjects has these sessions');
  await ensureWritable(out);
  const location = await placingWish(options.space);
  const bar = new ProgressBar();
  // Elsewhere than on a terminal the lines of the cases are progress enough.
  const onProgress = process.stderr.isTTY ? { onProgress: bar.show.bind(bar) } : {};
  let done = 0;
  const ended = await runBatch({
    source,
    choose,
    derivative: new Derivative(out, bids),
    engine,
    preset,
    options: options.option,
    location,
    jobs,
    force,
    signal,
    ...onProgress,
    onCase: (each, count, all) => {
      done = count;
      bar.clear();
      process.stderr.write(plainLines(`[${count}/${all}] ${describe(each)}\n`));
    },
  }).catch((thrown: unknown) => {
    bar.clear();
    if (signal.aborted)
      process.stderr.write(`Stopped after ${done} cases; run the same command to continue.\n`);
    throw thrown;
  });
  bar.clear();
  const failed = ended.filter(({ state }) => state.status === 'failed');
  const kept = ended.filter(({ state }) => state.status === 'kept').length;
  if (json === true) {
    const cases = ended.map(({ found, state }) => ({ case: found.id, ...rowOf(found, state) }));
    process.stdout.write(
      `${JSON.stringify({ cases, done: ended.length - failed.length, kept, failed: failed.length }, null, 2)}\n`,
    );
  } else {
    process.stdout.write(`${summary(ended.length, kept, failed, out)}\n`);
  }
  if (failed.length > 0) process.exitCode = exitCodes.failed;
}

function describe({ found, state }: EndedCase): string {
  if (state.status === 'failed') return `${found.id}: ${state.error.message} [${state.error.code}]`;
  if (state.status === 'waiting') return found.id;
  const { volumeMl, lesionCount, warnings } = state.report;
  const lesions = `${volumeMl.toFixed(2)} mL in ${lesionCount} ${lesionCount === 1 ? 'lesion' : 'lesions'}`;
  const serious = warnings.filter(({ severity }) => severity === 'serious').length;
  return `${found.id}: ${lesions}${serious === 0 ? '' : `, ${serious} serious warnings`}${state.status === 'kept' ? ' (from an earlier run)' : ''}`;
}

function summary(all: number, kept: number, failed: readonly EndedCase[], out: string): string {
  const done = all - failed.length;
  const lines = [
    `${done} of ${all} cases done${kept === 0 ? '' : `, ${kept} of them in earlier runs`}. Masks and lesions.tsv: ${out}`,
  ];
  if (failed.length > 0) {
    lines.push('', `${failed.length} failed:`);
    for (const each of failed) {
      lines.push(`  ${describe(each)}`);
      if (each.state.status === 'failed') lines.push(`    ${each.state.error.action}`);
    }
  }
  return lines.join('\n');
}
