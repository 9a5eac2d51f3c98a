/** What DeepISLES does with a case, in the small: its words, its files and its faults, and a threshold as model. */
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { spacingMm } from '@atoll/volume/affine';
import { type NiftiImage, readNifti } from '@atoll/volume/nifti-read';
import { writeNiftiMask } from '@atoll/volume/nifti-write';
import type { Grid } from '@atoll/volume/volume';

export type Inputs = {
  readonly dwi: string;
  readonly adc: string;
  readonly flair: string | null;
  readonly output: string;
  readonly work: string;
  /** Where SEALS leaves its files, beside its code. */
  readonly seals: string;
  readonly fast: boolean;
  readonly skullStrip: boolean;
  readonly teamOutputs: boolean;
  readonly mni: boolean;
  readonly parallel: boolean;
};

const state = process.env.STANDIN ?? '';
const faults = existsSync(join(state, 'fault')) ? readFileSync(join(state, 'fault'), 'utf8').split('\n') : [];
const has = (fault: string) => faults.includes(fault);
const say = (text: string) => process.stdout.write(`\x1b[34m\x1b[1m${text}\x1b[0m\n`);

const outOfMemory =
  'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 14.76 GiB total capacity)';

export async function runModels(inputs: Inputs): Promise<void> {
  writeFileSync(join(state, 'models.pid'), String(process.pid));
  appendFileSync(join(state, 'runs'), `${JSON.stringify(inputs)}\n`);
  if (has('no-nvidia-smi')) {
    console.error('Traceback (most recent call last):');
    console.error("FileNotFoundError: [Errno 2] No such file or directory: 'nvidia-smi'");
    process.exit(1);
  }
  const dwi = await readNifti(readFileSync(inputs.dwi));
  const adc = await readNifti(readFileSync(inputs.adc));
  if (inputs.flair !== null) await readNifti(readFileSync(inputs.flair));
  if (JSON.stringify(dwi.affine) !== JSON.stringify(adc.affine)) {
    console.error('UserWarning: DWI and ADC have different affine matrices! Changing affines to DWI one.');
  }
  if (inputs.skullStrip) {
    if (inputs.flair === null) throw new Error("AttributeError: 'str' object has no attribute 'get_fdata'");
    say('Skull stripping FLAIR ...');
  }
  const isTeam = inputs.flair !== null && !inputs.fast;
  say('Running SEALS algorithm ...');
  if (isTeam) {
    say('Running NVAUTO algorithm ...');
    say('Running SWAN algorithm ...');
  }
  if (has('non-utf8')) process.stdout.write(Buffer.from([0x66, 0xff, 0xfe, 0x80, 0x0d, 0x67, 0x0a]));
  if (has('hang')) await sleep(600_000);
  if (has('killed')) process.exit(137);
  if (has('crash')) {
    console.error(
      'Traceback (most recent call last):\nRuntimeError: CUDA error: device-side assert triggered',
    );
    process.exit(1);
  }
  const grid = { shape: dwi.shape, affine: dwi.affine };
  const lesion = threshold(dwi, adc);
  const write = (member: string, mask: Uint8Array) => {
    mkdirSync(join(inputs.work, 'output', member), { recursive: true });
    writeMask(join(inputs.work, 'output', member, 'lesion_msk.nii.gz'), grid, mask);
  };
  const seals = await runSeals(inputs, grid, lesion);
  write('seals', seals);
  const isShort = has('oom') || (has('oom-parallel') && inputs.parallel);
  if (isShort) console.error(outOfMemory);
  let voted = seals;
  if (isTeam && !isShort && !has('nvauto-dies')) {
    write(
      'nvauto',
      lesion.map((value, at) => (at % 3 === 0 ? 0 : value)),
    );
    write(
      'factorizer',
      lesion.map((value, at) => (at % 3 === 1 ? 0 : value)),
    );
    say('Running Majority voting ...');
    voted = lesion.map((value, at) => (value + seals[at] + (at % 3 === 2 ? value : 0) >= 2 ? 1 : 0));
  } else {
    say('Returning results from SEALS `algorithm`.');
  }
  leaveResults(inputs, grid, voted, isShort);
  say(`Finished: ${inputs.dwi}`);
  say('Results stored in: /app/data/results');
}

/** Five parts in fixed folders. Its steps go on when one fails, with what lies there from before. */
async function runSeals({ seals }: Inputs, grid: Grid, lesion: Uint8Array): Promise<Uint8Array> {
  const last = join(seals, 'test_ensemble', 'ISLES22_0001.nii.gz');
  // Millimetres of each axis, counted in a byte.
  const millimetres = grid.shape.map((n, axis) => Math.trunc(n * spacingMm(grid.affine)[axis] + 1e-6) % 256);
  const isFine = !has('seals-crash') && !has('oom') && millimetres.every((mm) => mm > 32);
  if (isFine) {
    for (let fold = 0; fold < 5; fold++) {
      const folder = join(seals, 'test_result/preliminary_phase', `fold${fold}`);
      mkdirSync(folder, { recursive: true });
      writeMask(join(folder, 'ISLES22_0001.nii.gz'), grid, lesion);
      if (has('slow-folds')) await sleep(60);
    }
    mkdirSync(join(seals, 'test_ensemble'), { recursive: true });
    writeMask(last, grid, lesion);
  }
  if (has('all-zero') || has('all-zero-error') || !existsSync(last)) return new Uint8Array(lesion.length);
  const { data } = await readNifti(readFileSync(last));
  return Uint8Array.from(data);
}

function leaveResults(inputs: Inputs, grid: Grid, voted: Uint8Array, isShort: boolean): void {
  const target = join(inputs.output, 'lesion_msk.nii.gz');
  if (has('all-zero-error')) console.error('Traceback (most recent call last):\nRuntimeError: NCCL error');
  const mask =
    has('all-zero') || has('all-zero-error') || (isShort && has('oom')) ? voted.map(() => 0) : voted;
  if (has('no-mask')) writeMask(join(inputs.output, 'ground_truth.nii.gz'), grid, mask);
  else if (has('not-binary'))
    writeMask(
      target,
      grid,
      mask.map((value) => value * 7),
    );
  else if (has('flipped')) writeFlipped(target, grid, mask);
  else writeMask(target, grid, mask);
  writeFileSync(join(inputs.output, 'output_screenshot.png'), '');
  if (inputs.teamOutputs) {
    // As shutil.copytree: it fails where the folder is.
    mkdirSync(join(inputs.output, 'output_teams'));
    cpSync(join(inputs.work, 'output'), join(inputs.output, 'output_teams'), { recursive: true });
  }
  if (inputs.mni) {
    mkdirSync(join(inputs.output, 'output_mni'));
    writeMask(join(inputs.output, 'output_mni', 'lesion_msk-mni.nii.gz'), grid, mask);
  }
  rmSync(inputs.work, { recursive: true, force: true });
}

/** Bright in DWI and by ADC in 10⁻³ mm²/s: in any other unit nothing is found. */
function threshold(dwi: NiftiImage, adc: NiftiImage): Uint8Array {
  const signal = dwi.data.filter((value) => value > 0);
  const bright = (1.3 * signal.reduce((sum, value) => sum + value, 0)) / signal.length;
  return Uint8Array.from(adc.data, (value, at) =>
    value > 0.2 && value < 0.6 && dwi.data[at] > bright ? 1 : 0,
  );
}

function writeMask(path: string, grid: Grid, data: Uint8Array): void {
  writeFileSync(path, gzipSync(writeNiftiMask({ ...grid, data }), { level: 1 }));
}

/** The same places, stored with the first axis the other way round. */
function writeFlipped(path: string, { shape, affine }: Grid, data: Uint8Array): void {
  const [nx, ny, nz] = shape;
  const flipped = new Uint8Array(data.length);
  for (let row = 0; row < ny * nz; row++)
    for (let i = 0; i < nx; i++) flipped[row * nx + nx - 1 - i] = data[row * nx + i];
  const [a, b, c] = affine;
  const turn = (r: typeof a): typeof a => [-r[0], r[1], r[2], r[3] + (nx - 1) * r[0]];
  writeMask(path, { shape, affine: [turn(a), turn(b), turn(c)] }, flipped);
}

if (import.meta.main) await runModels(JSON.parse(process.argv[2]));
