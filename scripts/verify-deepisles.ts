/**
 * Does the real DeepISLES do behind Atoll what the tests' stand-in does? For a machine with an NVIDIA GPU and its
 * image. Runs it on the ISLES'22 example of ../shared/data (or ATOLL_TEST_DATA), or on files of your own, compares with
 * what is known, prints a table and exits 1 when anything is not as expected.
 *
 *   npm run verify:deepisles [-- --pull] [-- --dwi F --adc F [--flair F] [--reference F]]
 *
 * With --flair also the ensemble with its options; without, only what needs none.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gpuLabel } from '@atoll/engines/deepisles/arguments';
import { type RunResult, runSegmentation } from '@atoll/engines/run';
import { AtollError } from '@atoll/errors/error';
import { openInstance } from '@atoll/instance/instance';
import type { CaseFiles } from '@atoll/volume/case-files';
import { compareMasks } from '@atoll/volume/metrics';
import { readNiftiMask } from '@atoll/volume/nifti-read';

/** Dice of the SEALS mask of DeepISLES with the expert's on ISLES'22 case 0001, as it was measured on its own output. */
const knownDice = 0.788;
const tolerance = 0.01;
/** One GPU rounds otherwise than another; the mask is the same but for a few voxels. */
const sameMaskDice = 0.98;

const { values: given } = parseArgs({
  options: {
    dwi: { type: 'string' },
    adc: { type: 'string' },
    flair: { type: 'string' },
    reference: { type: 'string' },
    pull: { type: 'boolean', default: false },
  },
});

const data = process.env.ATOLL_TEST_DATA ?? resolve(import.meta.dirname, '../../shared/data');
const isles = join(data, 'isles22-sub-strokecase0001');
const isExample = given.dwi === undefined;
const instance = openInstance();
const engine = instance.engines.find('deepisles');
const never = new AbortController().signal;
let missed = 0;

function check(what: string, ok: boolean, found: string): void {
  if (!ok) missed++;
  console.log(`${ok ? 'ok    ' : 'MISSED'}  ${what.padEnd(46)} ${found}`);
}

async function readFiles(): Promise<CaseFiles> {
  if (isExample) {
    const file = (role: string) => readFile(join(isles, `sub-strokecase0001_ses-0001_${role}.nii.gz`));
    return { dwi: await file('dwi'), adc: await file('adc'), reference: await file('msk') };
  }
  if (given.dwi === undefined || given.adc === undefined) throw new Error('Give both --dwi and --adc.');
  const optional = async (path: string | undefined) => (path === undefined ? undefined : readFile(path));
  return {
    dwi: await readFile(given.dwi),
    adc: await readFile(given.adc),
    flair: await optional(given.flair),
    reference: await optional(given.reference),
  };
}

async function run(files: CaseFiles, preset: string, options: readonly string[] = []): Promise<RunResult> {
  let last = '';
  const result = await runSegmentation({
    engine,
    files,
    preset,
    options,
    onProgress: ({ message }) => {
      const words = message.replace(/, \d+ s \(.*/, '');
      if (words !== last) console.log(`          ${words}`);
      last = words;
    },
  });
  const { volumeMl, elapsedSeconds, warnings } = result.report;
  console.log(`          ${volumeMl.toFixed(2)} mL in ${elapsedSeconds.toFixed(0)} s`);
  for (const { severity, message } of warnings) console.log(`          [${severity}] ${message}`);
  return result;
}

/** Containers of Atoll that are there. */
function containers(runtime: string): string[] {
  if (!['docker', 'podman'].includes(runtime)) return [];
  const args = ['ps', '--all', '--filter', `label=${gpuLabel}`, '--format', '{{.Names}}'];
  return execFileSync(runtime, args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

function scratchFolders(): string[] {
  const scratch = join(instance.settings.dataDir, 'deepisles', 'scratch');
  if (!existsSync(scratch)) return [];
  return readdirSync(scratch).flatMap((machine) => readdirSync(join(scratch, machine)));
}

if (given.pull) await engine.install?.(never, (line) => console.log(line));
const availability = await engine.availability();
if (!availability.usable) {
  console.error(`DeepISLES cannot run here: ${availability.reason}\n→ ${availability.cure}`);
  process.exit(1);
}
if (isExample && !existsSync(isles)) {
  console.error(`There is no example at ${isles}. Give --dwi and --adc, or set ATOLL_TEST_DATA.`);
  process.exit(1);
}
const files = await readFiles();

console.log('\nfast (SEALS)');
const fast = await run(files, 'fast');
check('marks something', fast.report.volumeMl > 0, `${fast.report.volumeMl.toFixed(2)} mL`);
const { metrics, provenance } = fast.report;
const runtime = String(provenance.parameters.runtime).split(' ')[0];
if (metrics.status === 'computed') {
  const near = Math.abs(metrics.dice - knownDice) <= tolerance;
  check(
    isExample ? `Dice with the expert is ${knownDice} ± ${tolerance}` : 'Dice with the reference',
    near || !isExample,
    metrics.dice.toFixed(3),
  );
}
if (isExample) {
  const known = await readNiftiMask(await readFile(join(isles, 'deepisles_lesion_msk.nii.gz')));
  const { dice } = compareMasks(fast.mask, known);
  check(`is the known mask of DeepISLES (Dice over ${sameMaskDice})`, dice > sameMaskDice, dice.toFixed(3));
}

console.log('\nagain, over what the first run left');
const again = await run(files, 'fast');
const { dice: sameDice } = compareMasks(again.mask, fast.mask);
check('gives the same', sameDice > 0.999, sameDice.toFixed(4));

console.log('\ncancelled when the models have begun');
const controller = new AbortController();
const cancelled = runSegmentation({
  engine,
  files,
  preset: 'fast',
  signal: controller.signal,
  onProgress: async ({ stage }) => {
    if (stage !== 'models' || controller.signal.aborted) return;
    await sleep(3000);
    controller.abort();
  },
});
const code = await cancelled.then(
  () => 'it ended before',
  (thrown: unknown) => (thrown instanceof AtollError ? thrown.code : 'unknown'),
);
check('ends as cancelled', code === 'JOB_CANCELLED', code);
check('leaves no container', containers(runtime).length === 0, containers(runtime).join(' ') || 'none');
check('leaves no folder', scratchFolders().length === 0, scratchFolders().join(' ') || 'none');

if (files.flair !== undefined) {
  for (const options of [['team-outputs'], ['team-outputs', 'parallel'], ['mni'], ['skull-strip']]) {
    console.log(`\nensemble, ${options.join(', ')}`);
    const { report, furtherFiles } = await run(files, 'ensemble', options);
    check('marks something', report.volumeMl > 0, `${report.volumeMl.toFixed(2)} mL`);
    const models = report.quality.find(({ name }) => name === 'models')?.value;
    check('all three models gave an answer', models === 3, String(models));
    const extra = [...furtherFiles.keys()];
    if (options.includes('team-outputs'))
      check('gives four maps', report.overlays.length === 4, extra.join(' '));
    if (options.includes('mni'))
      check(
        'gives the mask in MNI space',
        extra.some((name) => name.includes('mni')),
        extra.join(' '),
      );
  }
} else {
  console.log(
    '\nThe ensemble, MNI space and skull stripping need a FLAIR image: give --flair to verify them.',
  );
}

console.log(
  `\n${missed === 0 ? 'All as expected' : `${missed} not as expected`}: ${engine.version}, ${provenance.parameters.way}, ${provenance.parameters.runtime}, ${provenance.parameters.gpu}`,
);
process.exitCode = missed === 0 ? 0 : 1;
