/**
 * Fits the judge of pieces (engines/diffusion/judge.ts) on infarcts pasted into the heads of ../shared/data (or
 * ATOLL_TEST_DATA) and into phantoms, with the engine's own pieces and figures, and writes its weights. No expert's
 * mask of a patient takes part. What it prints was judged by fits that had not seen that head's family.
 *
 *   npm run fit:judge [-- --jobs N] [--rows FILE] [--dry-run]
 *
 * `--rows` keeps the collected evidence in a file, and starts from it where it is there. Nothing is fitted on the seeds
 * that `npm run stress` draws.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { featureNames, featuresOf } from '@atoll/engines/diffusion/judge';
import { presets } from '@atoll/engines/diffusion/parameters';
import { runAll } from '@atoll/stress/crew';
import { collecting, type EvidenceRow, type EvidenceRun, EvidenceRuns } from '@atoll/stress/evidence';
import { heads, isThere } from '@atoll/stress/heads';
import { fitLogistic, type Logistic, likelihood, type Sample } from '@atoll/stress/logistic';
import { countFor, type Task } from '@atoll/stress/plan';

const { values: options } = parseArgs({
  options: {
    jobs: { type: 'string', default: String(availableParallelism()) },
    rows: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
  },
});

/** Far from the seeds of the stress suite. */
const seeds = [101, 102, 103];
const sizesMl = [0.05, 0.1, 0.3, 1, 3, 10, 50, 150, 250];
const conditions = ['native', 'stripped', 'thick', 'noisy', 'yaw14', 'shaded', 'roll14'] as const;

const runs: EvidenceRun[] =
  options.rows !== undefined && existsSync(options.rows)
    ? EvidenceRuns.parse(JSON.parse(await readFile(options.rows, 'utf8')))
    : await collect();
if (options.rows !== undefined && !existsSync(options.rows))
  await writeFile(options.rows, JSON.stringify(runs));

const families = [...new Set(runs.map(({ family }) => family))];
console.log(`${runs.length} runs of ${families.length} families of heads`);
const judged = families.flatMap((family) => {
  const fit = fitRuns(runs.filter((run) => run.family !== family));
  return runs
    .filter((run) => run.family === family)
    .flatMap((run) => run.pieces.map((piece) => ({ run, piece, p: likelihood(fit, vectorOf(piece)) })));
});
for (const least of [0.5, 0.7, 0.8, 0.9, 0.95]) {
  const kept = (ml: (value: number) => boolean) => {
    const all = judged.filter(({ piece }) => piece.isLesion && ml(piece.volumeMl));
    return `${((100 * all.filter(({ p }) => p > least).length) / Math.max(1, all.length)).toFixed(1)} %`;
  };
  const wrong = judged.filter(({ piece, p }) => !piece.isLesion && piece.volumeMl >= 0.02 && p > least);
  const falseMl = wrong.reduce((sum, { piece }) => sum + piece.volumeMl, 0) / runs.length;
  console.log(
    `p > ${least}: true pieces kept < 0.1 mL ${kept((v) => v < 0.1)}, 0.1–1 mL ${kept((v) => v >= 0.1 && v < 1)}, 1–10 mL ${kept((v) => v >= 1 && v < 10)}, ≥ 10 mL ${kept((v) => v >= 10)}; false ${falseMl.toFixed(3)} mL a run`,
  );
}
const final = fitRuns(runs);
for (const [k, name] of featureNames.entries()) console.log(name.padEnd(16), final.weights[k].toFixed(3));
console.log('bias'.padEnd(14), final.bias.toFixed(3));
if (!options['dry-run']) await writeWeights(final);

async function collect(): Promise<EvidenceRun[]> {
  const there = heads.filter(isThere);
  const tasks = there.flatMap(({ id, twin }): Task[] => [
    ...conditions.map((condition): Task => ({ head: id, condition, paste: null })),
    ...(twin
      ? []
      : sizesFor(id).flatMap((ml) =>
          seeds.flatMap((seed, n) =>
            conditions
              .filter((_, at) => at % seeds.length === n || at === 0)
              .map(
                (condition): Task => ({
                  head: id,
                  condition,
                  paste: { set: 'size', ml, seed, count: countFor(ml) },
                }),
              ),
          ),
        )),
  ]);
  return runAll(tasks, collecting, Number(options.jobs), (done, all) => {
    if (done % 50 === 0 || done === all) process.stderr.write(`${done} of ${all}\n`);
  });
}

/** A patient's head has no room for a second large infarct. */
function sizesFor(id: string): readonly number[] {
  return heads.some((head) => head.id === id && !head.healthy) ? sizesMl.filter((ml) => ml <= 10) : sizesMl;
}

function vectorOf({ evidence }: EvidenceRow): number[] {
  const features = featuresOf(evidence);
  return featureNames.map((name) => features[name]);
}

/**
 * Families count alike, whatever their number of runs. Large pieces count more, true or false; and so small ones less,
 * of which there are so many that the judge would be fitted on specks.
 */
function fitRuns(some: readonly EvidenceRun[]): Logistic {
  const perFamily = new Map<string, number>();
  for (const { family, pieces } of some) perFamily.set(family, (perFamily.get(family) ?? 0) + pieces.length);
  const mean = [...perFamily.values()].reduce((sum, value) => sum + value, 0) / perFamily.size;
  const samples = some.flatMap(({ family, pieces }) =>
    pieces
      .filter(({ volumeMl }) => volumeMl >= presets.balanced.smallestLesionMl)
      .map(
        (piece): Sample => ({
          x: vectorOf(piece),
          y: piece.isLesion ? 1 : 0,
          weight: (weightOf(piece.volumeMl) * mean) / Math.max(mean / 3, perFamily.get(family) ?? 1),
        }),
      ),
  );
  return fitLogistic(samples);
}

function weightOf(ml: number): number {
  return Math.min(1, 5 * ml) + 2 * Math.min(12, ml);
}

async function writeWeights({ bias, weights }: Logistic): Promise<void> {
  const file = path.resolve(import.meta.dirname, '../packages/engines/src/diffusion/judge-weights.ts');
  const pieces = runs.reduce((sum, run) => sum + run.pieces.length, 0);
  const lines = featureNames.map((name, k) => `    ${name}: ${Number(weights[k].toFixed(4))},`);
  await writeFile(
    file,
    `/**
 * Written by \`npm run fit:judge\`: logistic regression over ${pieces} pieces of ${runs.length} runs on
 * ${families.length} families of heads (volunteers, phantoms and patients outside their lesions) with pasted infarcts.
 */
export const judgeWeights = {
  bias: ${Number(bias.toFixed(4))},
  weights: {
${lines.join('\n')}
  },
};
`,
  );
}
