/**
 * Does Atoll segment as nnU-Net itself does? A tiny nnU-Net v2 is trained on phantoms by its own package from PyPI,
 * exported, imported and run by Atoll, in Node and in the page; its masks are held against those of nnunetv2 on heads that neither has seen:
 * other sizes of voxels, other directions, tilted, stripped. Prints a table; exits 1 when a mask differs.
 *
 *   npm run verify:nnunet [-- --root FOLDER] [-- --python venv/bin/python] [-- --fixture]
 *
 * The packages take 6 GB (PyTorch from PyPI brings those for GPUs along) and the training some minutes of two cores;
 * both are kept in FOLDER (~/.cache/atoll/verify-nnunet). --fixture writes what the tests use: the exported model and
 * one of nnunetv2's masks.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ModelEngine } from '@atoll/models/engine';
import { importNnunet } from '@atoll/models/import/nnunet';
import { ModelShelf } from '@atoll/models/shelf';
import { voxelVolumeMl } from '@atoll/volume/affine';
import { compareMasks } from '@atoll/volume/metrics';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import type { Mask } from '@atoll/volume/volume';
import { trialHeads } from '../packages/models/test/phantom-heads.ts';
import { segmentInPage } from './model-in-page.ts';
import { ensureOnnxRuntime } from './onnx-runtime.ts';

/** A few voxels of a border may fall to either side: nnU-Net adds its logits in 16 bits. */
const leastDice = 0.999;

const { values: given } = parseArgs({
  options: {
    root: { type: 'string', default: join(homedir(), '.cache/atoll/verify-nnunet') },
    python: { type: 'string' },
    fixture: { type: 'boolean', default: false },
  },
});
const root = resolve(given.root);
const training = resolve(import.meta.dirname, '../training/nnunet');
mkdirSync(root, { recursive: true });

const python = given.python === undefined ? ensurePackages() : resolve(given.python);
const dataset = join(root, 'nnUNet_raw/Dataset901_AtollPhantoms');
if (!existsSync(join(dataset, 'dataset.json'))) {
  run(process.execPath, [join(import.meta.dirname, 'nnunet-phantoms.ts'), '--out', root]);
}
run(python, [join(training, 'train_tiny.py'), '--root', root]);
const results = join(root, 'nnUNet_results/Dataset901_AtollPhantoms/nnUNetTrainer__nnUNetPlans__3d_fullres');
if (!existsSync(join(results, 'atoll/export.json'))) run(python, [join(training, 'export_onnx.py'), results]);

const folder = join(root, 'imported');
rmSync(folder, { recursive: true, force: true });
const model = await importNnunet(results, folder, {
  id: 'tiny-nnunet',
  title: 'Tiny nnU-Net v2, trained on phantoms',
  licence: 'Apache-2.0',
  description: 'For tests alone: 25,000 weights, trained for minutes on synthetic heads.',
});
const shelf = new ModelShelf(join(root, 'shelf'));
const shelved = await shelf.add(folder, { acceptsLicence: true, replaces: true });
const runtime = await ensureOnnxRuntime();
const engine = new ModelEngine(shelved, runtime);

let same = true;
const trials = trialHeads.map(([id]) => id);
console.log(
  `${model.folds.length} folds, nnunetv2 ${model.madeFrom.nnunetv2}, torch ${model.madeFrom.torch}`,
);
const imageOf = (trial: string, channel: number) => join(dataset, `imagesTs/${trial}_000${channel}.nii.gz`);
const inPage = await segmentInPage(
  runtime,
  { folder, files: ['atoll-model.json', ...model.folds.map(({ file }) => file)], title: model.title },
  trials.map((trial) => ({ dwi: imageOf(trial, 0), adc: imageOf(trial, 1) })),
);
console.log(
  'head            nnU-Net mL   Atoll mL     Dice   differing voxels   in the page: from Node’s, from nnU-Net’s   Dice with the truth',
);
for (const [at, trial] of trials.entries()) {
  const image = (path: string) => readFileSync(join(dataset, path));
  const dwi = await readNifti(readFileSync(imageOf(trial, 0)));
  const adc = await readNifti(readFileSync(imageOf(trial, 1)));
  const theirs = await readNiftiMask(readFileSync(join(root, 'predictions', `${trial}.nii.gz`)));
  const truth = await readNiftiMask(image(`labelsTs/${trial}.nii.gz`));
  const { mask } = await engine.segment({ dwi, adc });
  const { dice, predictionVolumeMl, referenceVolumeMl } = compareMasks(mask, theirs);
  const ofPage = await readNiftiMask(inPage[at]);
  const differing = differenceOf(mask, theirs);
  const [fromNode, fromTheirs] = [differenceOf(ofPage, mask), differenceOf(ofPage, theirs)];
  same &&=
    fromNode === 0 &&
    dice >= leastDice &&
    Math.abs(predictionVolumeMl - referenceVolumeMl) <= 3 * voxelVolumeMl(dwi.affine);
  const columns = [
    trial.padEnd(15),
    referenceVolumeMl.toFixed(2).padStart(11),
    predictionVolumeMl.toFixed(2).padStart(10),
    dice.toFixed(5).padStart(8),
    String(differing).padStart(18),
    `${fromNode}, ${fromTheirs}`.padStart(43),
    compareMasks(mask, truth).dice.toFixed(3).padStart(21),
  ];
  console.log(columns.join(' '));
}
if (given.fixture) writeFixture();
process.exitCode = same ? 0 : 1;

/** How many voxels differ. */
function differenceOf(one: Mask, other: Mask): number {
  return one.data.reduce((sum, value, at) => sum + (value === other.data[at] ? 0 : 1), 0);
}

/** Made once, and then only looked at. */
function ensurePackages(): string {
  const venv = join(root, 'venv');
  const found = join(venv, 'bin/python');
  const isThere = () =>
    spawnSync(found, ['-c', 'import nnunetv2, onnx, torch'], { encoding: 'utf8' }).status === 0;
  if (existsSync(found) && isThere()) return found;
  run('python3', ['-m', 'venv', venv]);
  run(found, ['-m', 'pip', 'install', '--quiet', '-r', join(training, 'requirements.txt')]);
  return found;
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) return;
  console.error(
    `${command} ${args[0]} failed (${error?.message ?? `exit ${status}`}): nothing was verified.`,
  );
  process.exit(1);
}

function writeFixture(): void {
  const fixture = resolve(import.meta.dirname, '../packages/models/test/tiny-nnunet');
  rmSync(fixture, { recursive: true, force: true });
  cpSync(folder, fixture, { recursive: true });
  for (const trial of trials)
    cpSync(join(root, 'predictions', `${trial}.nii.gz`), join(fixture, `${trial}.nii.gz`));
  writeFileSync(
    join(fixture, 'README.md'),
    'A tiny nnU-Net v2 and the mask that nnunetv2 itself predicts with it of `trial_tilted` in `test/phantom-heads.ts`. Written by `npm run verify:nnunet -- --fixture`; versions of the packages are in `atoll-model.json` (`madeFrom`), the training is `training/nnunet/train_tiny.py`.\n',
  );
}
