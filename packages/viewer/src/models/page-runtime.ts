import { sha256 } from '@atoll/engines/sha256';
import { AtollError } from '@atoll/errors/error';
import type { Gpu } from '@atoll/models/page-networks';
import { pageRuntimes } from '@atoll/models/runtime-list';
import { pageConfig } from '../connection/page-config.ts';
import { composeWorker } from './compose-worker.ts';
import workerUrl from './model-worker.ts?worker&url';

/** ONNX Runtime in this page's hands: what a worker is made of without asking anybody. */
export type PageRuntime = {
  /** Of the worker's whole code. */
  readonly script: Blob;
  readonly binary: ArrayBuffer;
  /** What WebGPU is used for, or why it is not. */
  readonly gpu: Gpu;
};

let fetching: Promise<PageRuntime> | null = null;

/** Whether the host of this page has the runtime at all. */
export async function hostHasRuntime(): Promise<boolean> {
  return (await pageConfig()).models === true;
}

/**
 * Fetches ONNX Runtime from the page's own host, once, before there are images that a request could tell of.
 * @throws AtollError MODEL_RUNTIME_MISSING
 */
export function prepareRuntime(): Promise<PageRuntime> {
  fetching ??= fetchRuntime().catch((thrown: unknown) => {
    // The network may be back at the next try.
    fetching = null;
    throw thrown;
  });
  return fetching;
}

async function fetchRuntime(): Promise<PageRuntime> {
  if (!(await hostHasRuntime())) {
    throw new AtollError(
      'MODEL_RUNTIME_MISSING',
      'The host of this page does not have ONNX Runtime, which runs models.',
    );
  }
  const gpu = await gpuHere();
  const { module, binary } = pageRuntimes[gpu.isThere ? 'webgpu' : 'wasm'];
  const [own, ort, compiled] = await Promise.all([
    bytesAt(new URL(workerUrl, document.baseURI)),
    pinned(module),
    pinned(binary),
  ]);
  const text = composeWorker(textOf(ort), textOf(own));
  return { script: new Blob([text], { type: 'text/javascript' }), binary: compiled.buffer, gpu };
}

async function pinned({ name, sha256: expected }: { readonly name: string; readonly sha256: string }) {
  const bytes = await bytesAt(new URL(`model-runtime/${name}`, document.baseURI));
  if ((await sha256(bytes)) === expected) return bytes;
  throw new AtollError('MODEL_RUNTIME_MISSING', `${name} on the host of this page is not the expected file.`);
}

async function bytesAt(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  } catch (cause) {
    throw new AtollError(
      'MODEL_RUNTIME_MISSING',
      'ONNX Runtime could not be loaded from the host of this page.',
      { cause },
    );
  }
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** As much of WebGPU as is asked here; TypeScript knows it for some browsers only. */
type GpuOfBrowser = { requestAdapter(): Promise<object | null> };
const hasGpu = (navigator: object): navigator is { readonly gpu: GpuOfBrowser } =>
  'gpu' in navigator && typeof navigator.gpu === 'object' && navigator.gpu !== null;

async function gpuHere(): Promise<Gpu> {
  if (!hasGpu(navigator)) return { isThere: false, reason: 'the browser has none' };
  const adapter = await navigator.gpu.requestAdapter().catch(() => null);
  return adapter === null ? { isThere: false, reason: 'no adapter' } : { isThere: true };
}
