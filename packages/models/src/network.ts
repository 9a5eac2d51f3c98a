import { sha256 } from '@atoll/engines/sha256';
import { AtollError } from '@atoll/errors/error';
import type * as Ort from 'onnxruntime-common';
import type { ModelDescription } from './description.ts';
import type { Network } from './predict.ts';
import { asModelFault, type RuntimePlace } from './runtime-fault.ts';

/** More threads than this only wait for one another in networks of this size. */
const mostThreads = 8;
/** Patches of fewer voxels are computed before a second thread has begun. */
const voxelsAThread = 2 ** 14;

/** How many threads a network's patches are worth, of those that a machine has. */
export function threadsFor({ patch }: ModelDescription, available: number): number {
  const voxels = patch.reduce((product, length) => product * length, 1);
  return Math.max(1, Math.min(mostThreads, available, Math.floor(voxels / voxelsAThread)));
}

export function isOrt(found: unknown): found is typeof Ort {
  return typeof found === 'object' && found !== null && 'InferenceSession' in found && 'Tensor' in found;
}

/** @throws AtollError MODEL_DAMAGED when the bytes are not those of the file that was added */
export async function checkedFold(
  bytes: Uint8Array | null,
  { file, sha256: expected }: ModelDescription['folds'][number],
): Promise<Uint8Array> {
  if (bytes !== null && (await sha256(bytes)) === expected) return bytes;
  throw new AtollError('MODEL_DAMAGED', `${file} is missing, or is not the file that was added.`);
}

type SessionWish = {
  readonly place: RuntimePlace;
  readonly options?: Ort.InferenceSession.SessionOptions;
};

/**
 * Opens a network by ONNX Runtime, whichever it is.
 * @throws AtollError MODEL_UNSUPPORTED, ENGINE_OUT_OF_MEMORY
 */
export async function openSession(
  ort: typeof Ort,
  bytes: Uint8Array,
  { patch }: ModelDescription,
  { place, options = {} }: SessionWish,
): Promise<Network> {
  const session = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel: 'all',
    // Errors come as errors; what it would print may name a path.
    logSeverityLevel: 4,
    ...options,
  }).catch((thrown: unknown) => {
    throw asModelFault(thrown, place);
  });
  const [input, output] = [session.inputNames[0], session.outputNames[0]];
  const flat = patch.length === 2;
  return {
    run: async (given, [d0, d1, d2]) => {
      const channels = given.length / (d0 * d1 * d2);
      const tensor = new ort.Tensor(
        'float32',
        given,
        flat ? [1, channels, d1, d2] : [1, channels, d0, d1, d2],
      );
      try {
        const answer = await session.run({ [input]: tensor });
        const { data } = answer[output];
        if (data instanceof Float32Array) return data;
      } catch (thrown) {
        throw asModelFault(thrown, place);
      }
      throw new AtollError('MODEL_OUTPUT_INVALID', 'The network does not answer with numbers of 32 bits.');
    },
    release: () => session.release(),
  };
}
