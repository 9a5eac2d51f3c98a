import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type WrittenNetwork, writeOnnx } from '../../test/onnx-writer.ts';
import { infarctNetwork } from '../../test/small-model.ts';
import { checkFolds } from '../model-folder.ts';
import { importMonai } from './monai.ts';
import { importNnunet } from './nnunet.ts';

const scratch = (name: string) => mkdtempSync(join(tmpdir(), `atoll-${name}-`));
const told = { id: 'lab', licence: 'CC-BY-4.0' };

function write(folder: string, files: Readonly<Record<string, object>>): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content instanceof Uint8Array ? content : JSON.stringify(content));
  }
  return folder;
}

type Json = Record<string, unknown>;

function nnunetResults({
  configuration = {},
  plans = {},
  dataset = {},
  exported = {},
  network = {},
}: {
  configuration?: Json;
  plans?: Json;
  dataset?: Json;
  exported?: Json;
  network?: Partial<WrittenNetwork>;
} = {}): string {
  const bytes = writeOnnx({ ...infarctNetwork, ...network });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const kwargs = (order: number) => ({ is_seg: false, order, order_z: 0, force_separate_z: null });
  return write(scratch('nnunet'), {
    'plans.json': {
      dataset_name: 'Dataset007_Stroke',
      plans_name: 'nnUNetPlans',
      image_reader_writer: 'SimpleITKIO',
      transpose_forward: [1, 0, 2],
      label_manager: 'LabelManager',
      foreground_intensity_properties_per_channel: {
        1: { mean: 800, std: 200, percentile_00_5: 100, percentile_99_5: 3000, max: 1, median: 1, min: 1 },
      },
      configurations: {
        '3d_fullres': {
          preprocessor_name: 'DefaultPreprocessor',
          patch_size: [8, 16, 16],
          spacing: [5, 1.25, 1.25],
          normalization_schemes: ['ZScoreNormalization', 'CTNormalization'],
          use_mask_for_norm: [true, false],
          resampling_fn_data: 'resample_data_or_seg_to_shape',
          resampling_fn_data_kwargs: kwargs(3),
          resampling_fn_probabilities: 'resample_data_or_seg_to_shape',
          resampling_fn_probabilities_kwargs: kwargs(1),
          ...configuration,
        },
        mine: { inherits_from: '3d_fullres', spacing: [6, 2, 2] },
      },
      ...plans,
    },
    'dataset.json': {
      channel_names: { 0: 'b1000 trace', 1: 'ADC' },
      labels: { background: 0, infarct: 1 },
      ...dataset,
    },
    'atoll/export.json': {
      format: 1,
      configuration: '3d_fullres',
      trainer: 'nnUNetTrainer',
      checkpoint: 'checkpoint_final.pth',
      mirrorAxes: [0, 1, 2],
      outputChannels: 2,
      opset: 17,
      folds: [{ file: 'fold_0.onnx', sha256, difference: 1e-6 }],
      versions: { nnunetv2: '2.8.1' },
      ...exported,
    },
    'atoll/fold_0.onnx': bytes,
  });
}

describe('a model imported from nnU-Net v2', () => {
  it('has what its plans say, in the order of the network’s axes', async () => {
    const out = join(scratch('out'), 'lab');
    const model = await importNnunet(nnunetResults(), out, told);
    await checkFolds(out, model);
    expect(model).toMatchObject({
      id: 'lab',
      title: 'Dataset007_Stroke',
      inputs: [
        { role: 'dwi', normalisation: { scheme: 'z-score', withinMask: true } },
        {
          role: 'adc',
          normalisation: { scheme: 'clip', low: 100, high: 3000, mean: 800, standardDeviation: 200 },
        },
      ],
      orientation: 'as-stored',
      axes: ['y', 'z', 'x'],
      spacingMm: [5, 1.25, 1.25],
      patch: [8, 16, 16],
      mirrorAxes: [0, 1, 2],
      output: { kind: 'softmax', channels: 2, marked: [1], threshold: null },
      resampling: { imageOrder: 3, imageOrderZ: 0, outputOrder: 1, outputOrderZ: 0, separateZ: null },
      madeFrom: { trainer: 'nnUNetTrainer', nnunetv2: '2.8.1' },
    });
  });

  it('follows configurations that are like another one', async () => {
    const results = nnunetResults({ exported: { configuration: 'mine' } });
    expect((await importNnunet(results, join(scratch('out'), 'lab'), told)).spacingMm).toEqual([6, 2, 2]);
  });

  it('marks regions by their own channels', async () => {
    const network = { outputs: [0, 1, 2].map((constant) => ({ weights: [0, 0], constant })) };
    const results = nnunetResults({
      network,
      dataset: {
        labels: { background: 0, whole: [1, 2, 3], core: [2, 3], old: 3 },
        regions_class_order: [1, 2, 3],
      },
      exported: { outputChannels: 3 },
    });
    const model = await importNnunet(results, join(scratch('out'), 'lab'), {
      ...told,
      marked: ['whole', 'core'],
    });
    expect(model.output).toMatchObject({ kind: 'sigmoid', marked: [0, 1] });
  });

  it('knows the channel of a label by its number', async () => {
    const network = { outputs: [0, 1, 2].map((constant) => ({ weights: [0, 0], constant })) };
    const dataset = { labels: { background: 0, acute: 2, chronic: 1, ignore: 3 } };
    const results = nnunetResults({ network, dataset, exported: { outputChannels: 3 } });
    const out = join(scratch('out'), 'lab');
    await expect(importNnunet(results, out, told)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('acute, chronic'),
    });
    expect((await importNnunet(results, out, { ...told, marked: ['acute'] })).output.marked).toEqual([2]);
  });

  it.each<[string, Parameters<typeof nnunetResults>[0], string, string]>([
    [
      'the second stage of a cascade',
      { configuration: { previous_stage: '3d_lowres' } },
      'MODEL_NOT_IMPORTABLE',
      'cascade',
    ],
    [
      'a preprocessor of one’s own',
      { configuration: { preprocessor_name: 'MyPreprocessor' } },
      'MODEL_NOT_IMPORTABLE',
      'MyPreprocessor',
    ],
    [
      'a normalisation of one’s own',
      { configuration: { normalization_schemes: ['MyNorm', 'ZScoreNormalization'] } },
      'MODEL_NOT_IMPORTABLE',
      'MyNorm',
    ],
    [
      'resampling by torch',
      { configuration: { resampling_fn_data: 'resample_torch_fornnunet' } },
      'MODEL_NOT_IMPORTABLE',
      'resample_torch_fornnunet',
    ],
    [
      'another reader of images',
      { plans: { image_reader_writer: 'NaturalImage2DIO' } },
      'MODEL_NOT_IMPORTABLE',
      'NaturalImage2DIO',
    ],
    [
      'channels that have no role here',
      { dataset: { channel_names: { 0: 'T1', 1: 'ADC' } } },
      'MODEL_INVALID',
      '--roles',
    ],
    [
      'another number of channels',
      { dataset: { channel_names: { 0: 'DWI' } } },
      'MODEL_CHANNELS',
      '1 channels',
    ],
    ['another number of outputs', { exported: { outputChannels: 4 } }, 'MODEL_CHANNELS', '4 channels'],
    [
      'networks that were changed since',
      { exported: { folds: [{ file: 'fold_0.onnx', sha256: 'a'.repeat(64) }] } },
      'MODEL_DAMAGED',
      'fold_0.onnx',
    ],
  ])('is refused with %s', async (_what, changes, code, sentence) => {
    await expect(
      importNnunet(nnunetResults(changes), join(scratch('out'), 'lab'), told),
    ).rejects.toMatchObject({
      code,
      message: expect.stringContaining(sentence),
    });
  });

  it('says how networks are exported where they were not', async () => {
    const results = write(nnunetResults(), { 'atoll/export.json': [] });
    await expect(importNnunet(results, join(scratch('out'), 'lab'), told)).rejects.toThrow('export_onnx.py');
  });
});

function bundle({
  preprocessing = [],
  config = {},
  metadata = {},
}: {
  preprocessing?: readonly Json[];
  config?: Json;
  metadata?: Json;
} = {}): string {
  return write(scratch('bundle'), {
    'configs/metadata.json': {
      name: 'ISLES SegResNet',
      version: '0.3.1',
      monai_version: '1.5.0',
      description: 'A bundle for tests.',
      references: ['Somebody. 2022.'],
      network_data_format: {
        inputs: { image: { num_channels: 2, channel_def: { 0: 'DWI', 1: 'ADC' } } },
        outputs: { pred: { num_channels: 2, channel_def: { 0: 'background', 1: 'lesion' } } },
      },
      ...metadata,
    },
    'configs/inference.json': {
      patch: [16, 16, 8],
      preprocessing: {
        _target_: 'Compose',
        transforms: [
          { _target_: 'LoadImaged', keys: 'image' },
          { _target_: 'EnsureChannelFirstd', keys: 'image' },
          { _target_: 'Orientationd', keys: 'image', axcodes: 'RAS' },
          { _target_: 'Spacingd', keys: 'image', pixdim: [4, 4, 5], mode: 'bilinear' },
          { _target_: 'NormalizeIntensityd', keys: 'image', nonzero: true, channel_wise: true },
          ...preprocessing,
        ],
      },
      inferer: {
        _target_: 'monai.inferers.SlidingWindowInferer',
        roi_size: '@patch',
        overlap: 0.625,
        mode: 'gaussian',
        sw_batch_size: 1,
      },
      postprocessing: {
        _target_: 'Compose',
        transforms: [{ _target_: 'Activationsd', keys: 'pred', softmax: true }],
      },
      ...config,
    },
    'models/model.onnx': writeOnnx({ ...infarctNetwork, patch: [16, 16, 8] }),
  });
}

describe('a model imported from a MONAI bundle', () => {
  it('has what its configuration says, references followed', async () => {
    const out = join(scratch('out'), 'lab');
    const model = await importMonai(bundle(), out, told);
    await checkFolds(out, model);
    expect(model).toMatchObject({
      title: 'ISLES SegResNet',
      version: '0.3.1',
      citations: ['Somebody. 2022.'],
      orientation: 'RAS',
      axes: ['x', 'y', 'z'],
      spacingMm: [4, 4, 5],
      patch: [16, 16, 8],
      step: 0.375,
      steps: 'fixed',
      gaussian: true,
      cropToNonzero: false,
      normalised: 'after-resampling',
      inputs: [
        { role: 'dwi', normalisation: { scheme: 'z-score-nonzero' } },
        { role: 'adc', normalisation: { scheme: 'z-score-nonzero' } },
      ],
      output: { kind: 'softmax', marked: [1] },
      resampling: { imageOrder: 1, aligned: 'centres', separateZ: false },
    });
  });

  it.each<[string, Parameters<typeof bundle>[0], string, string]>([
    [
      'a transform that is not known',
      { preprocessing: [{ _target_: 'HistogramNormalized', keys: 'image' }] },
      'MODEL_NOT_IMPORTABLE',
      'HistogramNormalized',
    ],
    [
      'code among its transforms',
      { preprocessing: [{ _target_: '$lambda x: x', keys: 'image' }] },
      'MODEL_NOT_IMPORTABLE',
      'lambda',
    ],
    [
      'another inferer',
      { config: { inferer: { _target_: 'SimpleInferer' } } },
      'MODEL_NOT_IMPORTABLE',
      'SimpleInferer',
    ],
    [
      'patches that only code knows',
      { config: { inferer: { _target_: 'SlidingWindowInferer', roi_size: '$[16] * 3' } } },
      'MODEL_INVALID',
      'inferer',
    ],
    [
      'references in a circle',
      { config: { inferer: '@other', other: '@inferer' } },
      'MODEL_INVALID',
      'circle',
    ],
  ])('is refused with %s', async (_what, changes, code, sentence) => {
    await expect(importMonai(bundle(changes), join(scratch('out'), 'lab'), told)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(sentence),
    });
  });
});
