import type * as Ort from 'onnxruntime-common';
import type { ModelDescription } from './description.ts';
import { openSession } from './network.ts';
import type { Network } from './predict.ts';

/** What the page found of WebGPU. */
export type Gpu = { readonly isThere: true } | { readonly isThere: false; readonly reason: string };

/** Logits further apart than this, as a share of their spread, are another answer and not another rounding. */
const tolerance = 0.01;

/**
 * Opens networks in a page: on the GPU where there is one and it computes the first patch as WebAssembly does, else in
 * WebAssembly; what was used, and why not the GPU, is for the provenance.
 */
export class PageNetworks {
  readonly #ort: typeof Ort;
  readonly #model: ModelDescription;
  #gpu: Gpu;

  constructor(ort: typeof Ort, model: ModelDescription, gpu: Gpu) {
    this.#ort = ort;
    this.#model = model;
    this.#gpu = gpu;
  }

  /** Of a run that has ended. */
  get provenance(): { readonly runtime: string; readonly webgpu: string } {
    return this.#gpu.isThere
      ? { runtime: 'webgpu', webgpu: 'used' }
      : { runtime: 'wasm', webgpu: `not used: ${this.#gpu.reason}` };
  }

  /** @throws AtollError MODEL_UNSUPPORTED, ENGINE_OUT_OF_MEMORY */
  async open(bytes: Uint8Array): Promise<Network> {
    return (await this.#openOnGpu(bytes)) ?? this.#openIn('wasm', bytes);
  }

  #openIn(provider: 'webgpu' | 'wasm', bytes: Uint8Array): Promise<Network> {
    const options = { executionProviders: [provider] };
    return openSession(this.#ort, bytes, this.#model, { place: 'page', options });
  }

  async #openOnGpu(bytes: Uint8Array): Promise<Network | null> {
    if (!this.#gpu.isThere) return null;
    const onGpu = await this.#openIn('webgpu', bytes).catch((thrown: unknown) => this.#giveUp(thrown));
    if (onGpu === null) return null;
    let chosen: Network | null = null;
    return {
      run: async (patch, shape) => {
        if (chosen !== null) return chosen.run(patch, shape);
        // The first patch of each fold is computed both ways: some GPUs compute wrongly, and none says so.
        const plain = await this.#openIn('wasm', bytes);
        const expected = (await plain.run(patch.slice(), shape)).slice();
        try {
          const found = await onGpu.run(patch, shape);
          const fault = differenceOf(found, expected);
          if (fault !== null) throw new Error(fault);
          chosen = onGpu;
          await plain.release();
          return found;
        } catch (thrown) {
          this.#giveUp(thrown);
          chosen = plain;
          await onGpu.release().catch(() => undefined);
          return expected;
        }
      },
      release: () => (chosen ?? onGpu).release(),
    };
  }

  #giveUp(thrown: unknown): null {
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    this.#gpu = { isThere: false, reason: said.replaceAll(/\s+/g, ' ').slice(0, 200) };
    return null;
  }
}

/** Why an answer is not that of WebAssembly; null where it is. */
function differenceOf(found: Float32Array, expected: Float32Array): string | null {
  if (found.length !== expected.length) return 'it gave another number of values';
  let [low, high, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let at = 0; at < expected.length; at++) {
    low = Math.min(low, expected[at]);
    high = Math.max(high, expected[at]);
    const difference = Math.abs(found[at] - expected[at]);
    // What is not a number there but is here is a difference, too.
    if (!(difference <= most)) most = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  const share = most / Math.max(high - low, 1e-6);
  return share <= tolerance ? null : 'it computed the first patch differently from WebAssembly';
}
