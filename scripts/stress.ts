/**
 * How does the embedded engine stand up to infarcts whose truth is known? Pastes infarcts of 0.05–250 mL into every
 * head of ../shared/data (or ATOLL_TEST_DATA) and into phantoms, under conditions that clinics have, runs heads
 * without a lesion and perturbed patients, prints tables, and exits 1 when a target is missed.
 *
 *   npm run stress [-- --quick] [--jobs N] [--preset P] [--only HEAD[,HEAD]] [--json FILE] [--compare FILE]
 *
 * `--quick` takes one seed and, beside the native one, one condition for each size; `--json` writes every row, and
 * `--compare` says what changed since such a file was written.
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isPresetId, presets } from '@atoll/engines/diffusion/parameters';
import { compareRuns } from '@atoll/stress/comparison';
import { runAll } from '@atoll/stress/crew';
import { heads, isThere } from '@atoll/stress/heads';
import { planStress } from '@atoll/stress/plan';
import { runningUnder } from '@atoll/stress/row';
import { print, tablesOf, targetTable } from '@atoll/stress/tables';
import { targetsOf } from '@atoll/stress/targets';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    jobs: { type: 'string', default: String(availableParallelism()) },
    preset: { type: 'string', default: 'balanced' },
    only: { type: 'string' },
    json: { type: 'string' },
    compare: { type: 'string' },
  },
});
const { preset } = options;
if (!isPresetId(preset))
  fail(`There is no preset "${preset}"; there are ${Object.keys(presets).join(', ')}.`);
const jobs = Number(options.jobs);
if (!Number.isInteger(jobs) || jobs < 1)
  fail(`--jobs wants a whole number of threads, not "${options.jobs}".`);
const only = options.only?.split(',');
const unknown = only?.filter((id) => !heads.some((head) => head.id === id)) ?? [];
if (unknown.length > 0) {
  fail(`There is no head "${unknown.join('", "')}"; there are ${heads.map(({ id }) => id).join(', ')}.`);
}

const wanted = heads.filter(({ id }) => only === undefined || only.includes(id));
const there = wanted.filter(isThere);
const tasks = planStress({
  quick: options.quick,
  heads: there.map(({ id, twin, healthy }) => ({ id, twin, patient: !healthy })),
});
const shown = process.stderr.isTTY ? '\r' : '\n';
const rows = await runAll(tasks, runningUnder(preset), jobs, (done, all) => {
  if (process.stderr.isTTY || done % 50 === 0 || done === all)
    process.stderr.write(`${done} of ${all}${shown}`);
});
process.stderr.write('\n');

const targets = targetsOf(rows);
for (const table of [...tablesOf(rows), targetTable(targets)]) console.log(print(table));
for (const head of wanted) if (!isThere(head)) console.log(`not there, left out: ${head.id} (${head.needs})`);
if (options.compare !== undefined) {
  const before: unknown = JSON.parse(await readFile(options.compare, 'utf8'));
  for (const table of compareRuns(before, rows)) console.log(print(table));
}
if (options.json !== undefined) {
  const made = {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    preset,
    quick: options.quick,
  };
  await writeFile(options.json, `${JSON.stringify({ made, targets, rows }, null, 1)}\n`);
}
const complete = process.env.CI !== 'true' || there.length === wanted.length;
process.exitCode = complete && targets.every(({ met }) => met) ? 0 : 1;

/** Which code was measured; files that were changed since say so. */
function commit(): string | null {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}
