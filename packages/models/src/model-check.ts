import { sha256 } from '@atoll/engines/sha256';
import { AtollError } from '@atoll/errors/error';
import { type ModelDescription, parseDescription } from './description.ts';
import { descriptionName } from './description-name.ts';
import { type OnnxFacts, readOnnx } from './onnx-file.ts';

/** A description has a few kilobytes; a network up to what fits into one ONNX file. */
const mostDescriptionBytes = 2 ** 20;
const mostFoldBytes = 2 ** 31;
/** Names that engines of Atoll's own have. */
const taken = ['diffusion', 'deepisles'];

/** The files of a model, in a folder of a machine or of a browser. */
export type ModelFiles = {
  /** In bytes; null where there is no such file, `other` where it is a link, a folder, or another thing than a file. */
  sizeOf(name: string): Promise<number | 'other' | null>;
  read(name: string): Promise<Uint8Array>;
};

/**
 * Reads the description among a model's files.
 * @throws AtollError MODEL_INVALID
 */
export async function readDescriptionIn(files: ModelFiles): Promise<ModelDescription> {
  await checkFile(files, descriptionName, mostDescriptionBytes);
  let given: unknown;
  try {
    given = JSON.parse(new TextDecoder().decode(await files.read(descriptionName)));
  } catch (cause) {
    throw new AtollError('MODEL_INVALID', `${descriptionName} is not JSON.`, { cause });
  }
  return parseDescription(given);
}

/**
 * Looks at every network: is it a plain file of a bearable size, the one that the description names by its SHA-256, and
 * does it take and give as many channels as the description says?
 * @throws AtollError MODEL_INVALID, MODEL_DAMAGED, MODEL_CHANNELS, MODEL_UNSUPPORTED
 */
export async function checkFoldsIn(files: ModelFiles, model: ModelDescription): Promise<void> {
  for (const { file, sha256: expected } of model.folds) {
    await checkFile(files, file, mostFoldBytes);
    const bytes = await files.read(file);
    if ((await sha256(bytes)) !== expected) {
      throw new AtollError(
        'MODEL_DAMAGED',
        `${file} is not the file that ${descriptionName} names by its SHA-256.`,
      );
    }
    checkNetwork(readOnnx(bytes), model, file);
  }
}

/** @throws AtollError MODEL_EXISTS */
export function checkName({ id }: ModelDescription): void {
  if (taken.includes(id))
    throw new AtollError('MODEL_EXISTS', `“${id}” is the name of an engine of Atoll’s own.`);
}

/** @throws AtollError MODEL_CHANNELS, MODEL_UNSUPPORTED, MODEL_INVALID */
function checkNetwork(facts: OnnxFacts, model: ModelDescription, file: string): void {
  const own = [...facts.opsets.keys()].find((domain) => domain !== '' && domain !== 'com.microsoft');
  if (own !== undefined) {
    throw new AtollError(
      'MODEL_UNSUPPORTED',
      `${file} uses operations of its own (“${own}”), which no runtime knows.`,
    );
  }
  if (facts.hasExternalData) {
    throw new AtollError('MODEL_INVALID', `${file} keeps weights in another file; export it as one file.`);
  }
  if (facts.inputs.length !== 1) {
    throw new AtollError(
      'MODEL_CHANNELS',
      `${file} takes ${facts.inputs.length} tensors; one is expected, with all images as its channels.`,
    );
  }
  const rank = model.patch.length + 2;
  const expected = [1, model.inputs.length, ...model.patch];
  const { shape } = facts.inputs[0];
  if (shape.length !== 0 && shape.length !== rank) {
    throw new AtollError(
      'MODEL_CHANNELS',
      `${file} takes ${shape.length} dimensions; a patch of ${model.patch.length} axes has ${rank}.`,
    );
  }
  if (isOther(shape[1], model.inputs.length)) {
    const roles = model.inputs.map(({ role }) => role.toUpperCase()).join(', ');
    throw new AtollError(
      'MODEL_CHANNELS',
      `${file} takes ${shape[1]} channels; ${descriptionName} names ${model.inputs.length} (${roles}).`,
    );
  }
  if (shape.some((length, axis) => isOther(length, expected[axis]))) {
    throw new AtollError(
      'MODEL_INVALID',
      `${file} takes ${shape.map((length) => length ?? '?').join(' × ')}; the patch of ${descriptionName} makes ${expected.join(' × ')}.`,
    );
  }
  const given = facts.outputs[0].shape;
  if (given.length === rank && isOther(given[1], model.output.channels)) {
    throw new AtollError(
      'MODEL_CHANNELS',
      `${file} gives ${given[1]} channels; ${descriptionName} says ${model.output.channels}.`,
    );
  }
}

function isOther(length: number | null | undefined, expected: number): boolean {
  return length !== null && length !== undefined && length !== expected;
}

async function checkFile(files: ModelFiles, name: string, mostBytes: number): Promise<void> {
  const bytes = await files.sizeOf(name);
  if (bytes === null) throw new AtollError('MODEL_INVALID', `The folder has no ${name}.`);
  if (bytes === 'other') throw new AtollError('MODEL_INVALID', `${name} is not a plain file.`);
  if (bytes > mostBytes) {
    throw new AtollError('MODEL_INVALID', `${name} is larger than ${Math.round(mostBytes / 2 ** 20)} MB.`);
  }
}
