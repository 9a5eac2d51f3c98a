import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { z } from 'zod';
import { type ModelDescription, type ModelInput, parseDescription } from '../description.ts';
import { descriptionName } from '../description-name.ts';
import { hashFile } from '../model-folder.ts';
import { Bundle, type Settings } from './monai-config.ts';
import { notImportable, readSource } from './source-json.ts';
import { headOf, rolesOf, type Told } from './told.ts';

const Channels = z.object({
  num_channels: z.int().min(1).max(64),
  channel_def: z.record(z.string(), z.string()).optional(),
});
const Metadata = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  description: z.string().optional(),
  copyright: z.string().optional(),
  monai_version: z.string().optional(),
  references: z.array(z.string()).optional(),
  network_data_format: z.object({
    inputs: z.object({ image: Channels }),
    outputs: z.record(z.string(), Channels),
  }),
});

const networkName = 'model.onnx';

/**
 * Makes a model's folder of a MONAI bundle: configs/metadata.json, configs/inference.json and an exported network.
 * Only transforms that are known to mean the same here are taken; others are named and refused.
 * @param network the exported network; models/model.onnx in the bundle where it is left out
 * @throws AtollError MODEL_INVALID, MODEL_CHANNELS, MODEL_NOT_IMPORTABLE
 */
export async function importMonai(
  folder: string,
  out: string,
  told: Told,
  network = join(folder, 'models', networkName),
): Promise<ModelDescription> {
  const metadata = await readSource(folder, 'configs/metadata.json', Metadata);
  const config = await readSource(folder, 'configs/inference.json', z.record(z.string(), z.unknown()));
  const sha256 = await hashFile(network).catch((cause: unknown) => {
    throw new AtollError(
      'MODEL_INVALID',
      'The bundle has no models/model.onnx: export its network first (python -m monai.bundle onnx_export, docs/models.md).',
      { cause },
    );
  });
  const model = describe(metadata, new Bundle(config), sha256, told);
  await mkdir(out, { recursive: true });
  await copyFile(network, join(out, networkName));
  await writeFile(join(out, descriptionName), `${JSON.stringify(model, null, 2)}\n`);
  return model;
}

function describe(
  metadata: z.output<typeof Metadata>,
  bundle: Bundle,
  sha256: string,
  told: Told,
): ModelDescription {
  const { inputs, outputs } = metadata.network_data_format;
  const count = inputs.image.num_channels;
  const output = Object.values(outputs)[0];
  if (output === undefined) throw new AtollError('MODEL_INVALID', 'metadata.json names no output.');
  const steps = prepared(bundle.transforms('preprocessing'));
  const names = Array.from(
    { length: count },
    (_, at) => inputs.image.channel_def?.[String(at)] ?? `channel ${at}`,
  );
  const title = metadata.name ?? told.id;
  const { roi_size: patch, overlap, mode } = bundle.inferer();
  return parseDescription({
    ...headOf(told, {
      title,
      version: metadata.version,
      description: (metadata.description ?? `MONAI bundle “${title}”.`).slice(0, 2000),
    }),
    ...(told.citations === undefined && metadata.references !== undefined
      ? { citations: metadata.references.slice(0, 20) }
      : {}),
    inputs: rolesOf(names, told.roles).map((role) => ({
      role,
      ...(role === 'adc' && told.adcUnit !== undefined ? { unit: told.adcUnit } : {}),
      normalisation: steps.normalisation,
    })),
    orientation: told.orientation ?? steps.orientation ?? 'RAS',
    axes: ['x', 'y', 'z'],
    spacingMm: steps.spacingMm,
    patch,
    step: 1 - overlap,
    steps: 'fixed',
    gaussian: mode === 'gaussian',
    mirrorAxes: [],
    cropToNonzero: false,
    normalised: steps.isNormalisedFirst ? 'before-resampling' : 'after-resampling',
    output: outputOf(bundle, output, told),
    resampling: { imageOrder: steps.order, outputOrder: 1, separateZ: false, aligned: 'centres' },
    folds: [{ file: networkName, sha256 }],
    madeFrom: {
      bundle: title,
      ...(metadata.monai_version === undefined ? {} : { monai: metadata.monai_version }),
    },
  });
}

/** What loads, converts and changes no values. */
const harmless = [
  'LoadImaged',
  'EnsureChannelFirstd',
  'EnsureTyped',
  'ToTensord',
  'CastToTyped',
  'ConcatItemsd',
  'DeleteItemsd',
  'ToDeviced',
];

function prepared(transforms: readonly Settings[]) {
  let orientation: string | null = null;
  let spacingMm: readonly number[] | null = null;
  let order: 0 | 1 | 3 = 1;
  let normalisation: ModelInput['normalisation'] | null = null;
  let isNormalisedFirst = false;
  for (const { target, settings } of transforms) {
    if (harmless.includes(target)) continue;
    if (target === 'Orientationd') orientation = z.string().parse(settings.axcodes);
    else if (target === 'Spacingd') {
      spacingMm = z.array(z.number()).length(3, 'three spacings are expected').parse(settings.pixdim);
      const mode = z
        .union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))])
        .parse(settings.mode ?? 'bilinear');
      const first = [mode].flat()[0];
      if (first !== 'bilinear' && first !== 3)
        throw notImportable(`Images are resampled by the mode “${first}”`);
      order = first === 3 ? 3 : 1;
    } else {
      if (normalisation !== null)
        throw notImportable(`Intensities are changed twice, the second time by ${target}`);
      normalisation = normalisationOf(target, settings);
      isNormalisedFirst = spacingMm === null;
    }
  }
  if (spacingMm === null)
    throw notImportable('There is no Spacingd: the network takes images of any size of voxels');
  return {
    orientation,
    spacingMm,
    order,
    normalisation: normalisation ?? { scheme: 'none' as const },
    isNormalisedFirst,
  };
}

function normalisationOf(target: string, settings: Settings['settings']): ModelInput['normalisation'] {
  if (target === 'NormalizeIntensityd') {
    if (settings.subtrahend !== undefined || settings.divisor !== undefined) {
      throw notImportable('NormalizeIntensityd has figures of its own');
    }
    if (settings.channel_wise !== true) throw notImportable('NormalizeIntensityd treats all channels as one');
    return settings.nonzero === true
      ? { scheme: 'z-score-nonzero' }
      : { scheme: 'z-score', withinMask: false };
  }
  if (target === 'ScaleIntensityd') {
    const { minv = 0, maxv = 1, channel_wise = false } = settings;
    if (minv !== 0 || maxv !== 1 || channel_wise !== true)
      throw notImportable('ScaleIntensityd is not to 0–1 by channel');
    return { scheme: 'rescale-to-0-1' };
  }
  if (target === 'ScaleIntensityRanged') {
    const { a_min: low, a_max: high, b_min: zero, b_max: one, clip } = settings;
    if (typeof low !== 'number' || typeof high !== 'number' || zero !== 0 || one !== 1 || clip !== true) {
      throw notImportable('ScaleIntensityRanged is not to 0–1 with clipping');
    }
    return { scheme: 'clip', low, high, mean: low, standardDeviation: high - low };
  }
  throw notImportable(`Images are prepared by ${target}`);
}

function outputOf(
  bundle: Bundle,
  { num_channels: channels, channel_def: names = {} }: z.output<typeof Channels>,
  told: Told,
) {
  const kind = bundle.activation() ?? (channels === 1 ? 'sigmoid' : 'softmax');
  const labels = Array.from({ length: channels }, (_, at) => names[String(at)] ?? `channel ${at}`);
  const foreground = labels.flatMap((_, at) => (kind === 'softmax' && at === 0 ? [] : [at]));
  if (told.marked === undefined && foreground.length !== 1) {
    const known = foreground.map((at) => labels[at]).join(', ');
    throw new AtollError(
      'MODEL_INVALID',
      `Say which labels mean lesion with --mark; the model knows ${known}.`,
    );
  }
  const marked = told.marked?.map((name) => {
    const at = labels.indexOf(name);
    if (at >= 0) return at;
    throw new AtollError('MODEL_INVALID', `The model has no label “${name}”; it knows ${labels.join(', ')}.`);
  });
  return { kind, channels, marked: marked ?? foreground, threshold: told.threshold ?? null };
}
