import { anywhere, type CatalogueRow } from '../row.ts';

const here = ['answer', 'job', 'terminal'] as const;
const page = ['page'] as const;

/** Models that somebody added: their folders, their licences, and what goes wrong when they run. */
export const modelsCodes = {
  MODEL_INVALID: {
    status: 422,
    sentence: 'The model’s folder is not as it should be.',
    action: 'Mend what the message names; docs/models.md describes the folder.',
    retry: 'never',
    where: anywhere,
  },
  MODEL_UNKNOWN: {
    status: 404,
    sentence: 'There is no model with this name.',
    action: 'List the models with `atoll models list`.',
    retry: 'never',
    where: here,
  },
  MODEL_EXISTS: {
    status: 409,
    sentence: 'There is a model with this name already.',
    action: 'Add it with --replace, or give it another id.',
    retry: 'never',
    where: anywhere,
  },
  MODEL_DAMAGED: {
    status: 409,
    sentence: 'A file of the model is missing, or is not the one that was added.',
    action: 'Remove the model and add it again.',
    retry: 'never',
    where: anywhere,
  },
  MODEL_LICENCE_NOT_ACCEPTED: {
    status: 409,
    sentence: 'The model’s licence has not been accepted.',
    action: 'Read the licence; if you accept it, add the model with --accept-licence.',
    retry: 'never',
    where: anywhere,
  },
  MODEL_CHANNELS: {
    status: 422,
    sentence: 'The network takes another number of channels than the model’s description names.',
    action:
      'List as many inputs in atoll-model.json, in the network’s order, as the network was trained with.',
    retry: 'never',
    where: anywhere,
  },
  MODEL_ROLE_MISSING: {
    status: 422,
    sentence: 'The model requires an image that the case does not have.',
    action: 'Add the image, or choose an engine that does not need it.',
    retry: 'never',
    where: anywhere,
  },
  MODEL_UNSUPPORTED: {
    status: 422,
    sentence: 'The model uses an ONNX opset or an operation that the runtime does not know.',
    action:
      'Export the network again with an older opset (17 is widely supported), without custom operations.',
    retry: 'never',
    where: anywhere,
  },
  MODEL_OUTPUT_INVALID: {
    status: 422,
    sentence: 'The model answered with something that is no segmentation.',
    action: 'Check the export with `atoll models check`; a network exported in 16 bits may overflow.',
    retry: 'never',
    where: anywhere,
  },
  MODEL_RUNTIME_MISSING: {
    status: 409,
    sentence: 'ONNX Runtime, which runs models, is not installed.',
    action: 'Install it once with `atoll models runtime`, where Atoll runs.',
    retry: 'never',
    where: anywhere,
  },
  MODEL_STORE_MISSING: {
    status: 409,
    sentence: 'This browser cannot keep models.',
    action:
      'Use a current Chrome, Edge, Firefox or Safari 26, over https or on this machine, and no private window; or add the model to a service.',
    retry: 'never',
    where: page,
  },
  MODEL_STORE_FULL: {
    status: 409,
    sentence: 'This browser has no room for the model.',
    action: 'Remove models that are no longer needed, or make room on the disk.',
    retry: 'never',
    where: page,
  },
  MODEL_NOT_IMPORTABLE: {
    status: 422,
    sentence: 'This model uses something that Atoll cannot reproduce faithfully.',
    action: 'The message names it. Nothing was written.',
    retry: 'never',
    where: here,
  },
} as const satisfies Record<string, CatalogueRow>;
