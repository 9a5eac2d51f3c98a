import { resolve } from 'node:path';
import { Command } from 'commander';
import { exitCodes, UsageError } from '../exit.ts';
import { untilInterrupted } from '../interrupt.ts';
import { ProgressBar } from '../progress-bar.ts';
import { plainLines } from '../terminal-text.ts';
import { parseJobs } from './segment-options.ts';

const help = `
Several engines joined by + are an ensemble, and :preset after an engine chooses another than its first preset; of an
ensemble the presets are the ways to join (majority, union, staple).

Each engine's results are a BIDS derivative of their own, <out>/<engine>; run the same command again to continue after
an interruption. Beside them: scores.tsv (each engine and case), summary.tsv (means, medians, 95 % confidence intervals
by bootstrap over cases, in all and by the volume of the infarct), table.md and table.tex for a paper, benchmark.html.

Measures: Dice, lesion F1 as in ISLES'22 (any overlap), lesion F1 by one-to-one matching at IoU ≥ 0.25, absolute volume
and lesion count differences; PR-AUC for engines that give a probability map. Means are over the cases that every
engine gave a mask of. Exit code 1 where an engine failed on a case.

Examples:
  atoll benchmark --bids isles22 --engines diffusion,lab-stroke --out comparison
  atoll benchmark --bids isles22 --engines diffusion,lab-stroke,diffusion+lab-stroke:union --out comparison`;

type Options = {
  readonly bids: string;
  readonly engines: string;
  readonly out: string;
  readonly jobs: number;
  readonly json?: boolean;
};

export function benchmarkCommand(): Command {
  return new Command('benchmark')
    .description('compare engines on a BIDS data set with expert masks')
    .requiredOption('--bids <folder>', 'BIDS data set with a reference for each case')
    .requiredOption('--engines <ids>', 'engines, separated by commas; `atoll engines` lists them')
    .requiredOption('--out <folder>', 'folder for masks, tables and the page')
    .option('--jobs <n>', 'cases to run in parallel', parseJobs, 1)
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', help)
    .action(benchmark);
}

async function benchmark({ bids, engines, out, jobs, json }: Options): Promise<void> {
  if (resolve(bids) === resolve(out)) throw new UsageError('--out must be a different folder from --bids');
  const { openEngines } = await import('../engine-list.ts');
  const { contestantOf, runBenchmark } = await import('../benchmark/benchmark.ts');
  const { markdownTable } = await import('../benchmark/tables.ts');
  const known = await openEngines();
  const named = engines.split(',').map((text) => contestantOf(text.trim(), (id) => known.find(id)));
  const bar = new ProgressBar();
  const onProgress = process.stderr.isTTY ? { onProgress: bar.show.bind(bar) } : {};
  const { summaries, failed } = await runBenchmark({
    bids,
    out,
    contestants: [...new Map(named.map((each) => [each.name, each])).values()],
    jobs,
    signal: untilInterrupted(),
    ...onProgress,
    tell: (text) => {
      bar.clear();
      process.stderr.write(plainLines(`${text}\n`));
    },
  }).finally(() => bar.clear());
  const flat = summaries.map(({ measure, ...rest }) => ({ ...rest, measure: measure.id }));
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ summaries: flat, failed }, null, 2)}\n`
      : plainLines(markdownTable(summaries)),
  );
  for (const { engine, caseId, reason } of failed)
    process.stderr.write(plainLines(`Failed: ${engine}, ${caseId}: ${reason}\n`));
  if (failed.length > 0) process.exitCode = exitCodes.failed;
}
