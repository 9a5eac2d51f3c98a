import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { scaling } from '@atoll/volume/affine';
import type { Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ensureOnnxRuntime } from '../../../scripts/onnx-runtime.ts';
import { coarseGrid, plainHead } from '../test/plain-head.ts';
import { infarctNetwork, smallDescription, writeModelFolder } from '../test/small-model.ts';
import { parseDescription } from './description.ts';
import { checkMemory, memoryNeeded } from './memory.ts';
import { readDescription } from './model-folder.ts';
import { asModelFault } from './runtime-fault.ts';
import { runModelInThread } from './thread.ts';

const Figures = z.object({
  marked: z.number(),
  runs: z.int(),
  idleBytes: z.number(),
  peakBytes: z.number(),
  needed: z.number(),
});
const folds = [{ file: 'fold_0.onnx', sha256: '0'.repeat(64) }];
const model = parseDescription({
  ...smallDescription,
  folds,
  spacingMm: [1, 1, 1],
  patch: [128, 128, 128],
});
const gridOf = (shape: Vec3, mm: number) => ({ shape, affine: scaling([mm, mm, mm]) });

describe('the memory of a run', () => {
  it('stays below 1.5 GB for 256 × 256 × 160 voxels, whatever the patch needs within the network', () => {
    const needed = memoryNeeded(model, gridOf([256, 256, 160], 1));
    expect(needed).toBeLessThan(1.5 * 2 ** 30);
    expect(needed).toBeGreaterThan(256 * 256 * 160 * 4 * 6);
  });

  it('is no more than was said, measured on 256 × 256 × 160 voxels in a process of its own', async () => {
    const script = join(import.meta.dirname, '../test/large-run.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    const { marked, runs, idleBytes, peakBytes, needed } = Figures.parse(JSON.parse(stdout));
    expect(runs).toBe(8);
    // A ball of 18 voxels.
    expect(marked / ((4 / 3) * Math.PI * 18 ** 3)).toBeCloseTo(1, 1);
    expect(peakBytes - idleBytes).toBeLessThan(needed);
    expect(peakBytes).toBeLessThan(1.5 * 2 ** 30);
  });

  it('of a network that is too much for WebAssembly is told as such, with what would fit', async () => {
    const patch = [32, 256, 256];
    // 4 GB for one of its layers.
    const folder = writeModelFolder({ patch, mirrorAxes: [] }, [{ ...infarctNetwork, patch, between: 512 }]);
    const task = { study: plainHead(coarseGrid), model: await readDescription(folder), folder, folds: 1 };
    const run = runModelInThread({ ...task, runtimeFolder: await ensureOnnxRuntime() }, {}, 2 ** 40);
    await expect(run).rejects.toMatchObject({
      code: 'ENGINE_OUT_OF_MEMORY',
      message: expect.stringContaining('4 GB for the network and one patch'),
    });
  });

  it('is asked for before anything is computed, and the refusal says what would fit', () => {
    const fine = gridOf([256, 256, 160], 1);
    expect(() => checkMemory(model, fine, 2 ** 32)).not.toThrow();
    expect(() => checkMemory(model, fine, 2 ** 29)).toThrow(
      expect.objectContaining({
        code: 'ENGINE_OUT_OF_MEMORY',
        message: expect.stringMatching(/needs \d\.\d GB; 0\.5 GB are free\. About \d+ × \d+ × \d+ voxels/),
      }),
    );
  });

  it('refuses a grid that no memory holds, as a model of far too fine a spacing makes it', () => {
    const finest = { ...model, spacingMm: [0.1, 0.1, 0.1] };
    expect(() => checkMemory(finest, gridOf([200, 200, 200], 1), 2 ** 50)).toThrow(/would fit/);
  });
});

describe('what ONNX Runtime says', () => {
  it.each([
    ['std::bad_alloc', 'ENGINE_OUT_OF_MEMORY'],
    ['RangeError: Array buffer allocation failed', 'ENGINE_OUT_OF_MEMORY'],
    ['12345678', 'ENGINE_OUT_OF_MEMORY'],
    ['SafeIntExceptionHandler::SafeIntOnOverflow() Integer overflow', 'ENGINE_OUT_OF_MEMORY'],
    ['Unsupported model IR version: 99, max supported IR version: 11', 'MODEL_UNSUPPORTED'],
    [
      'ONNX Runtime only *guarantees* support for models stamped with official released onnx opset versions. Opset 99 is under development',
      'MODEL_UNSUPPORTED',
    ],
    ['Got invalid dimensions for input: image for the following indices', 'MODEL_CHANNELS'],
    ['something else', 'ENGINE_FAILED'],
  ])('as “%s” is told as %s', (said, code) => {
    const fault = asModelFault(new Error(said), 'wasm');
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(/^[A-Z].*/);
  });
});
