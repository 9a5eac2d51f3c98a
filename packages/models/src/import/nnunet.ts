import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { z } from 'zod';
import { type ModelDescription, type ModelInput, parseDescription } from '../description.ts';
import { descriptionName } from '../description-name.ts';
import { hashFile } from '../model-folder.ts';
import { notImportable, readSource } from './source-json.ts';
import { headOf, rolesOf, type Told } from './told.ts';

const Resampling = z.object({
  order: z.union([z.literal(0), z.literal(1), z.literal(3)]).default(3),
  order_z: z.union([z.literal(0), z.literal(1), z.literal(3)]).default(0),
  force_separate_z: z.boolean().nullable().default(null),
  separate_z_anisotropy_threshold: z.number().default(3),
});

const Configuration = z.object({
  inherits_from: z.string().optional(),
  preprocessor_name: z.string().optional(),
  patch_size: z.array(z.number()).optional(),
  spacing: z.array(z.number()).optional(),
  normalization_schemes: z.array(z.string()).optional(),
  use_mask_for_norm: z.array(z.boolean()).optional(),
  resampling_fn_data: z.string().optional(),
  resampling_fn_data_kwargs: Resampling.optional(),
  resampling_fn_probabilities: z.string().optional(),
  resampling_fn_probabilities_kwargs: Resampling.optional(),
  previous_stage: z.string().nullish(),
});
type Configuration = z.output<typeof Configuration>;

const Intensities = z.object({
  mean: z.number(),
  std: z.number(),
  percentile_00_5: z.number(),
  percentile_99_5: z.number(),
});

const Plans = z.object({
  dataset_name: z.string().default('nnU-Net model'),
  plans_name: z.string().default('nnUNetPlans'),
  image_reader_writer: z.string(),
  transpose_forward: z.array(z.int().min(0).max(2)).length(3),
  label_manager: z.string().default('LabelManager'),
  foreground_intensity_properties_per_channel: z.record(z.string(), Intensities).default({}),
  configurations: z.record(z.string(), Configuration),
});

const Names = z.record(z.string(), z.string());
const Dataset = z.object({
  name: z.string().optional(),
  channel_names: Names.optional(),
  modality: Names.optional(),
  labels: z.record(z.string(), z.union([z.int(), z.array(z.int())])),
  regions_class_order: z.array(z.int()).optional(),
});

/** Written by training/nnunet/export_onnx.py. */
const Export = z.object({
  format: z.literal(1),
  configuration: z.string(),
  trainer: z.string(),
  checkpoint: z.string(),
  mirrorAxes: z.array(z.int().min(0).max(2)),
  outputChannels: z.int(),
  opset: z.int(),
  folds: z
    .array(z.object({ file: z.string().regex(/^fold_[a-z0-9]{1,8}\.onnx$/), sha256: z.string() }))
    .min(1),
  versions: z.record(z.string(), z.string()),
});

const exportFolder = 'atoll';

/**
 * Makes a model's folder of a trained nnU-Net v2 whose networks training/nnunet/export_onnx.py has exported.
 * @param results nnU-Net's folder of one trained configuration, with plans.json and dataset.json
 * @throws AtollError MODEL_INVALID, MODEL_CHANNELS, MODEL_DAMAGED, MODEL_NOT_IMPORTABLE for what could not be reproduced
 */
export async function importNnunet(results: string, out: string, told: Told): Promise<ModelDescription> {
  const plans = await readSource(results, 'plans.json', Plans);
  const dataset = await readSource(results, 'dataset.json', Dataset);
  const exported = await readSource(results, `${exportFolder}/export.json`, Export).catch(
    (cause: unknown) => {
      throw new AtollError(
        'MODEL_INVALID',
        'The networks have not been exported yet: run training/nnunet/export_onnx.py on this folder first (docs/models.md).',
        { cause },
      );
    },
  );
  const model = describe(plans, dataset, exported, told);
  const folds = join(results, exportFolder);
  for (const { file, sha256 } of model.folds) {
    if ((await hashFile(join(folds, file)).catch(() => null)) !== sha256) {
      throw new AtollError('MODEL_DAMAGED', `${file} is missing, or is not the file that was exported.`);
    }
  }
  await mkdir(out, { recursive: true });
  for (const { file } of model.folds) await copyFile(join(folds, file), join(out, file));
  await writeFile(join(out, descriptionName), `${JSON.stringify(model, null, 2)}\n`);
  return model;
}

function describe(
  plans: z.output<typeof Plans>,
  dataset: z.output<typeof Dataset>,
  exported: z.output<typeof Export>,
  told: Told,
): ModelDescription {
  const configuration = inherited(plans.configurations, exported.configuration);
  const { patch_size: patch, spacing, normalization_schemes: schemes } = configuration;
  if (patch === undefined || spacing === undefined || schemes === undefined) {
    throw new AtollError(
      'MODEL_INVALID',
      `plans.json: ${exported.configuration} has no patch size, spacing or normalisation.`,
    );
  }
  if (typeof configuration.previous_stage === 'string')
    throw notImportable('This is the second stage of a cascade');
  const { preprocessor_name: preprocessor = 'DefaultPreprocessor' } = configuration;
  if (preprocessor !== 'DefaultPreprocessor') throw notImportable(`The preprocessor is ${preprocessor}`);
  if (plans.label_manager !== 'LabelManager')
    throw notImportable(`The label manager is ${plans.label_manager}`);
  const names = Object.values(dataset.channel_names ?? dataset.modality ?? {});
  if (names.length !== schemes.length) {
    throw new AtollError(
      'MODEL_CHANNELS',
      `dataset.json names ${names.length} channels, plans.json ${schemes.length}.`,
    );
  }
  const title = told.title ?? dataset.name ?? plans.dataset_name;
  return parseDescription({
    ...headOf(told, {
      title,
      description: `nnU-Net v2 (${exported.configuration}) trained on ${plans.dataset_name}.`,
    }),
    inputs: rolesOf(names, told.roles).map((role, at) => ({
      role,
      ...(role === 'adc' && told.adcUnit !== undefined ? { unit: told.adcUnit } : {}),
      normalisation: normalisationOf(schemes[at], configuration, plans, at),
    })),
    orientation: told.orientation ?? orientationOf(plans.image_reader_writer),
    axes: plans.transpose_forward.map((axis) => ['z', 'y', 'x'][axis]),
    spacingMm: spacing,
    patch,
    step: 0.5,
    mirrorAxes: exported.mirrorAxes,
    output: { ...outputOf(dataset, exported.outputChannels, told), threshold: told.threshold ?? null },
    resampling: resamplingOf(configuration),
    folds: exported.folds.map(({ file, sha256 }) => ({ file, sha256 })),
    madeFrom: {
      trainer: exported.trainer,
      configuration: exported.configuration,
      plans: plans.plans_name,
      checkpoint: exported.checkpoint,
      opset: exported.opset,
      ...exported.versions,
    },
  });
}

/** Configurations may say that they are like another one, but for something. */
function inherited(all: Readonly<Record<string, Configuration>>, name: string, depth = 0): Configuration {
  const own = Object.hasOwn(all, name) ? all[name] : undefined;
  if (own === undefined || depth > 8) {
    throw new AtollError('MODEL_INVALID', `plans.json has no configuration “${name}”.`);
  }
  return own.inherits_from === undefined ? own : { ...inherited(all, own.inherits_from, depth + 1), ...own };
}

function orientationOf(reader: string): string {
  if (reader === 'SimpleITKIO' || reader === 'NibabelIO') return 'as-stored';
  if (reader === 'NibabelIOWithReorient') return 'RAS';
  throw notImportable(`Images were read by ${reader}`);
}

function normalisationOf(
  scheme: string,
  { use_mask_for_norm: within = [] }: Configuration,
  { foreground_intensity_properties_per_channel: properties }: z.output<typeof Plans>,
  channel: number,
): ModelInput['normalisation'] {
  if (scheme === 'ZScoreNormalization') return { scheme: 'z-score', withinMask: within[channel] ?? false };
  if (scheme === 'NoNormalization') return { scheme: 'none' };
  if (scheme === 'RescaleTo01Normalization') return { scheme: 'rescale-to-0-1' };
  if (scheme !== 'CTNormalization') throw notImportable(`Channel ${channel} is normalised by ${scheme}`);
  const known = properties[String(channel)];
  if (known === undefined) {
    throw new AtollError(
      'MODEL_INVALID',
      `plans.json has no intensities of channel ${channel}, which its normalisation needs.`,
    );
  }
  const { mean, std, percentile_00_5: low, percentile_99_5: high } = known;
  return { scheme: 'clip', low, high, mean, standardDeviation: std };
}

function resamplingOf(configuration: Configuration) {
  const known = 'resample_data_or_seg_to_shape';
  const { resampling_fn_data: ofImages = known, resampling_fn_probabilities: ofOutput = known } =
    configuration;
  for (const name of [ofImages, ofOutput])
    if (name !== known) throw notImportable(`Images are resampled by ${name}`);
  const image = configuration.resampling_fn_data_kwargs ?? Resampling.parse({ order: 3 });
  const output = configuration.resampling_fn_probabilities_kwargs ?? Resampling.parse({ order: 1 });
  if (image.force_separate_z !== output.force_separate_z) {
    throw notImportable('Slices are resampled by themselves for the images or for the output alone');
  }
  if (image.separate_z_anisotropy_threshold !== 3 || output.separate_z_anisotropy_threshold !== 3) {
    throw notImportable('Slices are resampled by themselves from another ratio of spacings than 3 on');
  }
  return {
    imageOrder: image.order,
    imageOrderZ: image.order_z,
    outputOrder: output.order,
    outputOrderZ: output.order_z,
    separateZ: image.force_separate_z,
  };
}

/** Channels of the output: one for each label by its number, or for each region in the order of dataset.json. */
function outputOf({ labels }: z.output<typeof Dataset>, channels: number, { marked }: Told) {
  const entries = Object.entries(labels).filter(([name]) => name !== 'ignore');
  const hasRegions = entries.some(([, value]) => Array.isArray(value) && value.length > 1);
  const isBackground = ([, value]: (typeof entries)[number]) => [value].flat().every((label) => label === 0);
  const numbers = [...new Set(entries.flatMap(([, value]) => value))].sort((a, b) => a - b);
  const foreground = entries.filter((entry) => !isBackground(entry));
  const expected = hasRegions ? foreground.length : numbers.length;
  if (expected !== channels) {
    throw new AtollError(
      'MODEL_CHANNELS',
      `The network gives ${channels} channels; the labels of dataset.json make ${expected}.`,
    );
  }
  const names = foreground.map(([name]) => name);
  const wanted = marked ?? (names.length === 1 ? names : null);
  if (wanted === null) {
    throw new AtollError(
      'MODEL_INVALID',
      `Say which labels mean lesion with --mark; the model knows ${names.join(', ')}.`,
    );
  }
  const channelOf = (name: string) => {
    const at = names.indexOf(name);
    if (at < 0)
      throw new AtollError(
        'MODEL_INVALID',
        `The model has no label “${name}”; it knows ${names.join(', ')}.`,
      );
    return hasRegions ? at : numbers.indexOf([foreground[at][1]].flat()[0]);
  };
  return { kind: hasRegions ? 'sigmoid' : 'softmax', channels, marked: wanted.map(channelOf) };
}
