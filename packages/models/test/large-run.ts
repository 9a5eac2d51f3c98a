/**
 * Runs a small model on 256 × 256 × 160 voxels and says in JSON what it took: for memory.test.ts, in a process of its
 * own, whose peak is the run's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scaling } from '@atoll/volume/affine';
import type { Vec3 } from '@atoll/volume/volume';
import { ensureOnnxRuntime } from '../../../scripts/onnx-runtime.ts';
import { ModelEngine } from '../src/engine.ts';
import { memoryNeeded } from '../src/memory.ts';
import { ModelShelf } from '../src/shelf.ts';
import { infarctNetwork, writeModelFolder } from './small-model.ts';

const shape: Vec3 = [256, 256, 160];
const grid = { shape, affine: scaling([0.8, 0.8, 1]) };
const patch = [80, 128, 128];

const shelf = new ModelShelf(mkdtempSync(join(tmpdir(), 'atoll-large-run-')));
const description = { patch, spacingMm: [1, 0.8, 0.8], mirrorAxes: [], step: 1 };
const source = writeModelFolder(description, [{ ...infarctNetwork, patch }]);
const shelved = await shelf.add(source, { acceptsLicence: true, replaces: false });
const engine = new ModelEngine(shelved, await ensureOnnxRuntime());

const dwi = new Float32Array(shape[0] * shape[1] * shape[2]);
const adc = new Float32Array(dwi.length);
for (let at = 0; at < dwi.length; at++) {
  const [x, y, z] = [at % 256, Math.floor(at / 256) % 256, Math.floor(at / 65536)];
  if (Math.hypot((x - 128) / 90, (y - 128) / 110, (z - 80) / 70) > 1) continue;
  const isStruck = Math.hypot(x - 80, y - 120, z - 80) < 18;
  dwi[at] = isStruck ? 190 : 100;
  adc[at] = isStruck ? 0.4 : 0.8;
}
const idleBytes = process.memoryUsage.rss();
let runs = 0;
const { mask } = await engine.segment(
  { dwi: { ...grid, data: dwi }, adc: { ...grid, data: adc } },
  { onProgress: ({ message }) => message.includes(': patch ') && runs++ },
);
const marked = mask.data.reduce((sum, value) => sum + value, 0);
const peakBytes = 1024 * process.resourceUsage().maxRSS;
const needed = memoryNeeded(shelved.model, grid);
process.stdout.write(JSON.stringify({ marked, runs, idleBytes, peakBytes, needed }));
for (const folder of [shelf.folder, source]) rmSync(folder, { recursive: true });
