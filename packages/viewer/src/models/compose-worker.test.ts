import { describe, expect, it } from 'vitest';
import { composeWorker } from './compose-worker.ts';

const runtime =
  'const a=1;const b={export:"export{"};export{a as InferenceSession,b as default};\n//# sourceMappingURL=x.map\n';

/** What a module of this text leaves on a worker's global object of a name. */
function run(text: string, name: string): Record<string, unknown> {
  const global: Record<string, unknown> = { name };
  new Function('globalThis', `"use strict";${text}`)(global);
  return global;
}

describe('the worker of models', () => {
  const text = composeWorker(runtime, 'const a=2;globalThis.seen=globalThis.onnxruntime.InferenceSession+a');

  it('finds the runtime that stands before it, and shares no names with it', () => {
    const { seen, onnxruntime } = run(text, 'atoll-model');
    expect(seen).toBe(3);
    expect(onnxruntime).toEqual({ InferenceSession: 1, default: { export: 'export{' } });
  });

  it('does not run in the threads of the runtime, which are made of the same text', () => {
    expect(run(text, 'em-pthread-1')).not.toHaveProperty('seen');
  });

  it('is not made of something else than a module', () => {
    expect(() => composeWorker('var ort={}', '')).toThrow('no module');
  });
});
