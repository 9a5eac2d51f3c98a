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
  // Where 32 bits count bytes, a layer of more than 4 GB is a number that does not fit.
  /SafeInt|Integer overflow/,
];

/** Where a network runs: by onnxruntime-node, by WebAssembly in Node, or in a page. */
export type RuntimePlace = 'node' | 'wasm' | 'page';

const whatFits: Readonly<Record<RuntimePlace, string>> = {
  node: 'Export the network with a smaller patch, or use a machine with more memory.',
  wasm: 'WebAssembly has at most 4 GB for the network and one patch. Install onnxruntime-node, which has the machine’s own memory, or export the network with a smaller patch.',
  page: 'A browser has at most 4 GB for the network and one patch, and less on small machines. Export the network with a smaller patch, or add the model to a service or the command line with onnxruntime-node.',
};

/** What ONNX Runtime says, as one of our codes; its own words help to find the fault. */
export function asModelFault(thrown: unknown, place: RuntimePlace): AtollError {
  if (thrown instanceof AtollError) return thrown;
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const short = said.replaceAll(/\s+/g, ' ').slice(0, 300);
  if (memoryPatterns.some((pattern) => pattern.test(said)) || (place !== 'node' && /^\d+$/.test(said))) {
    return new AtollError('ENGINE_OUT_OF_MEMORY', `The network ran out of memory. ${whatFits[place]}`, {
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
