import { AtollError } from '@atoll/errors/error';

const unknownPatterns = [
  /opset/i,
  /IR version/i,
  /No Op registered/i,
  /not a registered function\/op/i,
  /Could not find an implementation/i,
  /NOT_IMPLEMENTED/,
];
const memoryPatterns = [
  /bad_alloc/,
  /out of memory/i,
  /failed to allocate/i,
  /memory access out of bounds/i,
  /allocation failed/i,
];

/** What ONNX Runtime says, as one of our codes; its own words help to find the fault. */
export function asModelFault(thrown: unknown, kind: 'node' | 'wasm'): AtollError {
  if (thrown instanceof AtollError) return thrown;
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const short = said.replaceAll(/\s+/g, ' ').slice(0, 300);
  if (memoryPatterns.some((pattern) => pattern.test(said)) || (kind === 'wasm' && /^\d+$/.test(said))) {
    const fits =
      kind === 'wasm'
        ? 'WebAssembly has at most 4 GB for the network and one patch. Install onnxruntime-node, which has the machine’s own memory, or export the network with a smaller patch.'
        : 'Export the network with a smaller patch, or use a machine with more memory.';
    return new AtollError('ENGINE_OUT_OF_MEMORY', `The network ran out of memory. ${fits}`, {
      cause: thrown,
    });
  }
  if (unknownPatterns.some((pattern) => pattern.test(said))) {
    return new AtollError('MODEL_UNSUPPORTED', `ONNX Runtime cannot run this network: ${short}`, {
      cause: thrown,
    });
  }
  if (/dimension|shape|rank/i.test(said)) {
    return new AtollError('MODEL_CHANNELS', `The network does not take what it is given: ${short}`, {
      cause: thrown,
    });
  }
  return new AtollError('ENGINE_FAILED', `ONNX Runtime stopped with an error: ${short}`, { cause: thrown });
}
