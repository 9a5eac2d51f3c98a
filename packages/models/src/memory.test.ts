import { scaling } from '@atoll/volume/affine';
import type { Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { smallDescription } from '../test/small-model.ts';
import { parseDescription } from './description.ts';
import { checkMemory, memoryNeeded } from './memory.ts';
import { asModelFault } from './runtime-fault.ts';

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
