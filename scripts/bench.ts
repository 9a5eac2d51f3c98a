/**
 * How fast are the embedded engine and the mask editor? Medians of several runs, each beside its target, and beside a plain SciPy
 * version of the recipe (scripts/bench-scipy.py) where python3-scipy is installed. Exits 1 when a target is
 * missed. Uses the ISLES'22 case of ../shared/data (or ATOLL_TEST_DATA) where it is, else a phantom resampled to
 * the same grid.
 *
 *   npm run bench [-- --runs 7] [-- --json]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pinnedAtlas } from '@atoll/atlas/pinned-atlas';
import { segmentDiffusion } from '@atoll/engines/diffusion/pipeline';
import { makePhantom } from '@atoll/phantom/phantom';
import { phantomCases } from '@atoll/phantom/specs';
import { readNifti } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import { resampleLinear } from '@atoll/volume/resample';
import type { AffineRow, Grid, Vec3, Volume } from '@atoll/volume/volume';
import { placingTask, preparedAtlas } from './bench-atlas.ts';
import { strokeFrames } from './stroke-frames.ts';

type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target: number | null;
};

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
  },
});
const root = path.join(import.meta.dirname, '..');
const freshScript = path.join(root, 'scripts/bench-fresh.ts');
await bench();

async function bench(): Promise<void> {
  const runs = Math.max(3, Number(options.runs) || 7);
  const folder = await mkdtemp(path.join(tmpdir(), 'atoll-bench-'));
  process.env.NODE_COMPILE_CACHE = path.join(folder, 'compiled');
  try {
    const { name, dwi: dwiFile, adc: adcFile } = await caseFiles(folder);
    const [dwi, adc] = await Promise.all([image(dwiFile), image(adcFile)]);
    const placing = await placingFigures(runs, { dwi, adc, dwiFile, adcFile });
    const fresh = await freshProcesses(runs, [freshScript, dwiFile, adcFile]);
    const commandLine = await freshProcesses(runs, [
      path.join(root, 'packages/cli/bin/atoll.js'),
      ...['segment', '--dwi', dwiFile, '--adc', adcFile, '--out', path.join(folder, 'out')],
    ]);
    const warm = warmSeconds(runs, dwi, adc);
    const wide = gridOf(dwi, [256, 256, 30]);
    const thick = warmSeconds(runs, resampleLinear(dwi, wide), resampleLinear(adc, wide));
    const twice = twiceTheVoxels(dwi);
    const double = warmSeconds(runs, resampleLinear(dwi, twice), resampleLinear(adc, twice));
    const figures: Figure[] = [
      { name: 'warm', value: warm, unit: 's', target: 0.5 },
      { name: 'warm, 256 × 256 × 30', value: thick, unit: 's', target: 0.7 },
      { name: 'fresh process: read, segment', value: fresh.seconds, unit: 's', target: 0.9 },
      { name: 'fresh process: peak memory', value: fresh.peakMb ?? Number.NaN, unit: 'MB', target: 200 },
      { name: 'atoll segment, all of it', value: commandLine.seconds, unit: 's', target: null },
      { name: 'twice the voxels', value: double / warm, unit: '×', target: 2.2 },
      { name: 'editor: frame of a stroke', value: median(strokeFrames(300)), unit: 'ms', target: 16 },
      ...placing,
      ...scipyFigures(runs, dwiFile, adcFile, warm, fresh.seconds),
    ];
    report(name, dwi, runs, figures);
    process.exitCode = figures.every(isMet) ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function image(file: string): Promise<Volume> {
  return readNifti(await readFile(file));
}

/** Laying the atlas over the case, alone and warm, and what a process that does nothing else takes for it. */
async function placingFigures(
  runs: number,
  { dwi, adc, dwiFile, adcFile }: { dwi: Volume; adc: Volume; dwiFile: string; adcFile: string },
): Promise<Figure[]> {
  const folder = atlasFolder();
  if (folder === null) {
    console.error('No atlas is there: the figures of placing lesions are left out.');
    return [];
  }
  const prepared = await preparedAtlas(folder);
  const task = placingTask(dwi, adc);
  for (let n = 0; n < 3; n++) prepared.locate(task);
  const seconds = Array.from({ length: runs }, () => {
    const start = performance.now();
    prepared.locate(task);
    return (performance.now() - start) / 1000;
  });
  const [without, withAtlas] = [
    await freshProcesses(3, [freshScript, dwiFile, adcFile]),
    await freshProcesses(3, [freshScript, dwiFile, adcFile, folder]),
  ];
  return [
    { name: 'atlas: register and count, warm', value: median(seconds), unit: 's', target: 1.5 },
    {
      name: 'atlas: memory beyond the engine',
      value: (withAtlas.peakMb ?? Number.NaN) - (without.peakMb ?? Number.NaN),
      unit: 'MB',
      target: 150,
    },
  ];
}

function atlasFolder(): string | null {
  const data = process.env.ATOLL_TEST_DATA ?? path.resolve(root, '../shared/data');
  const folders = [process.env.ATOLL_ATLAS_DIR ?? '', path.join(data, 'atlas')];
  return folders.find((folder) => existsSync(path.join(folder, pinnedAtlas.files[0].name))) ?? null;
}

async function caseFiles(folder: string): Promise<{ name: string; dwi: string; adc: string }> {
  const data = process.env.ATOLL_TEST_DATA ?? path.resolve(root, '../shared/data');
  const isles = (role: string) =>
    path.join(data, 'isles22-sub-strokecase0001', `sub-strokecase0001_ses-0001_${role}.nii.gz`);
  if (existsSync(isles('dwi'))) return { name: 'ISLES’22 case 0001', dwi: isles('dwi'), adc: isles('adc') };
  const { dwi, adc } = makePhantom(phantomCases[0].spec);
  // The grid of an ISLES'22 case: 112 × 112 × 73 voxels of 2 mm.
  const grid = gridOf(dwi, [112, 112, 73]);
  const files = { dwi: path.join(folder, 'dwi.nii'), adc: path.join(folder, 'adc.nii') };
  await writeFile(files.dwi, writeNifti(resampleLinear(dwi, grid), 'float32'));
  await writeFile(files.adc, writeNifti(resampleLinear(adc, grid), 'float32'));
  return { name: `phantom ${phantomCases[0].id} (the real case is not there)`, ...files };
}

/** The same box with other numbers of voxels. */
function gridOf(volume: Volume, shape: Vec3): Grid {
  const share = shape.map((count, axis) => volume.shape[axis] / count);
  const row = (n: 0 | 1 | 2): AffineRow => {
    const [x, y, z, offset] = volume.affine[n];
    return [x * share[0], y * share[1], z * share[2], offset];
  };
  return { shape, affine: [row(0), row(1), row(2)] };
}

function twiceTheVoxels(volume: Volume): Grid {
  return gridOf(volume, [volume.shape[0], volume.shape[1], volume.shape[2] * 2]);
}

function warmSeconds(runs: number, dwi: Volume, adc: Volume): number {
  for (let n = 0; n < 6; n++) segmentDiffusion({ dwi, adc }, 'balanced');
  return median(
    Array.from({ length: runs }, () => {
      const start = performance.now();
      segmentDiffusion({ dwi, adc }, 'balanced');
      return (performance.now() - start) / 1000;
    }),
  );
}

/** From the start of a process to its end; the first one, which may fill caches, does not count. */
async function freshProcesses(runs: number, args: readonly string[]) {
  const seconds: number[] = [];
  const peaks: number[] = [];
  for (let n = 0; n <= runs; n++) {
    const start = performance.now();
    const printed = await output(args);
    if (n === 0) continue;
    seconds.push((performance.now() - start) / 1000);
    if (Number(printed) > 0) peaks.push(Number(printed));
  }
  return { seconds: median(seconds), peakMb: peaks.length > 0 ? median(peaks) : null };
}

function output(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${args.join(' ')} ended with ${code}`)),
    );
  });
}

function scipyFigures(runs: number, dwi: string, adc: string, warm: number, fresh: number): Figure[] {
  const script = path.join(root, 'scripts/bench-scipy.py');
  const start = performance.now();
  const single = spawnSync('python3', [script, '--runs', '1', dwi, adc], { encoding: 'utf8' });
  const freshScipy = (performance.now() - start) / 1000;
  if (single.status !== 0) {
    console.error('python3 with SciPy is not there: the ratios to it are left out.');
    return [];
  }
  const several = spawnSync('python3', [script, '--runs', String(runs), dwi, adc], { encoding: 'utf8' });
  const warmScipy = Number(several.stdout);
  return [
    { name: 'SciPy, the recipe in short: warm', value: warmScipy, unit: 's', target: null },
    { name: 'SciPy: fresh process', value: freshScipy, unit: 's', target: null },
    { name: 'ours / SciPy, warm', value: warm / warmScipy, unit: '×', target: null },
    { name: 'ours / SciPy, fresh process', value: fresh / freshScipy, unit: '×', target: null },
  ];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function isMet({ value, target }: Figure): boolean {
  return target === null || value <= target;
}

function report(name: string, dwi: Volume, runs: number, figures: readonly Figure[]): void {
  const machine = `${cpus()[0]?.model.trim() || process.arch}, ${availableParallelism()} cores, Node ${process.versions.node}`;
  const voxels = dwi.shape.join(' × ');
  if (options.json) {
    console.log(JSON.stringify({ case: name, voxels, machine, runs, figures }, null, 2));
    return;
  }
  console.log(`${name}, ${voxels} voxels; median of ${runs}; ${machine}\n`);
  for (const figure of figures) {
    const { value, unit, target } = figure;
    const wanted = target === null ? '' : `${isMet(figure) ? 'met   ' : 'MISSED'} ≤ ${target} ${unit}`;
    console.log(
      `${figure.name.padEnd(34)} ${value.toFixed(unit === 'MB' ? 0 : 2).padStart(7)} ${unit.padEnd(3)} ${wanted}`,
    );
  }
}
