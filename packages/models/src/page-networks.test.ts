import type * as Ort from 'onnxruntime-common';
import { describe, expect, it } from 'vitest';
import { smallDescription } from '../test/small-model.ts';
import { parseDescription } from './description.ts';
import { PageNetworks } from './page-networks.ts';

const folds = [{ file: 'fold_0.onnx', sha256: '0'.repeat(64) }];
const model = parseDescription({ ...smallDescription, folds, patch: [1, 1, 2], mirrorAxes: [] });
const there = { isThere: true } as const;

/** A runtime that computes as it is told, by provider; each session counts what it was asked. */
function runtimeOf(compute: Record<'webgpu' | 'wasm', (value: number) => number>) {
  const asked = { webgpu: 0, wasm: 0, open: 0 };
  class Tensor {
    readonly data: Float32Array;
    constructor(_type: string, data: Float32Array) {
      this.data = data;
    }
  }
  const create = async (_bytes: Uint8Array, options: { executionProviders: ('webgpu' | 'wasm')[] }) => {
    const [provider] = options.executionProviders;
    asked.open++;
    return {
      inputNames: ['image'],
      outputNames: ['logits'],
      run: async ({ image }: { image: Tensor }) => {
        asked[provider]++;
        return { logits: { data: image.data.map(compute[provider]) } };
      },
      release: async () => {
        asked.open--;
      },
    };
  };
  const ort: unknown = { InferenceSession: { create }, Tensor };
  const isRuntime = (found: unknown): found is typeof Ort => found === ort;
  if (!isRuntime(ort)) throw new Error('It is.');
  return { ort, asked };
}

const patch = Float32Array.of(1, 2, 3, 4);
const twice = (value: number) => 2 * value;

async function runTwice(networks: PageNetworks) {
  const network = await networks.open(new Uint8Array());
  const answers = [await network.run(patch, [1, 1, 2]), await network.run(patch, [1, 1, 2])];
  await network.release();
  return answers.map((answer) => [...answer]);
}

describe('networks in a page', () => {
  it('run on the GPU where its first patch is that of WebAssembly, but for rounding', async () => {
    const { ort, asked } = runtimeOf({ webgpu: (value) => 2.001 * value, wasm: twice });
    const networks = new PageNetworks(ort, model, there);
    expect((await runTwice(networks))[1][0]).toBeCloseTo(2.001, 5);
    expect(asked).toEqual({ webgpu: 2, wasm: 1, open: 0 });
    expect(networks.provenance).toEqual({ runtime: 'webgpu', webgpu: 'used' });
  });

  it.each([
    ['computes something else', (value: number) => value, /differently/],
    ['gives no numbers', () => Number.NaN, /differently/],
    [
      'fails',
      () => {
        throw new Error('ConvTranspose: 3D is not supported');
      },
      /ConvTranspose/,
    ],
  ])('run in WebAssembly where the GPU %s, and say so', async (_what, webgpu, reason) => {
    const { ort, asked } = runtimeOf({ webgpu, wasm: twice });
    const networks = new PageNetworks(ort, model, there);
    expect(await runTwice(networks)).toEqual([
      [2, 4, 6, 8],
      [2, 4, 6, 8],
    ]);
    // The next fold does not try again.
    await runTwice(networks);
    expect(asked).toEqual({ webgpu: 1, wasm: 4, open: 0 });
    expect(networks.provenance.runtime).toBe('wasm');
    expect(networks.provenance.webgpu).toMatch(reason);
  });

  it('run in WebAssembly where there is no GPU, and say why', async () => {
    const { ort, asked } = runtimeOf({ webgpu: twice, wasm: twice });
    const networks = new PageNetworks(ort, model, { isThere: false, reason: 'no adapter' });
    await runTwice(networks);
    expect(asked).toEqual({ webgpu: 0, wasm: 2, open: 0 });
    expect(networks.provenance).toEqual({ runtime: 'wasm', webgpu: 'not used: no adapter' });
  });
});
