import { AtollError } from '@atoll/errors/error';
import { z } from 'zod';
import { descriptionName } from './description-name.ts';

/** Length of a patch's edge, in voxels; networks for heads have 16 to 320. */
const edge = z.int().min(1).max(1024);
const millimetres = z.number().min(0.05).max(50);
const finite = z.number().min(-1e30).max(1e30);

/** As nnU-Net v2 names its schemes; `z-score-nonzero` is MONAI's NormalizeIntensity with `nonzero`. */
const Normalisation = z.discriminatedUnion('scheme', [
  z.strictObject({
    scheme: z.literal('z-score'),
    /** Mean and spread within the non-zero part alone, and nothing outside it is changed. */
    withinMask: z.boolean().default(false),
  }),
  z.strictObject({ scheme: z.literal('z-score-nonzero') }),
  z.strictObject({
    /** CTNormalization: clipped to two percentiles of the training set, then by its mean and spread. */
    scheme: z.literal('clip'),
    low: finite,
    high: finite,
    mean: finite,
    standardDeviation: z.number().min(0).max(1e30),
  }),
  z.strictObject({ scheme: z.literal('rescale-to-0-1') }),
  z.strictObject({ scheme: z.literal('none') }),
]);

const Input = z.strictObject({
  role: z.enum(['dwi', 'adc', 'flair']),
  /** The unit of the ADC that the model was trained on; `as-given` where its normalisation takes the unit out. */
  unit: z.enum(['as-given', 'mm2/s', '1e-3 mm2/s', '1e-6 mm2/s']).default('as-given'),
  normalisation: Normalisation,
});

const order = z.union([z.literal(0), z.literal(1), z.literal(3)]);

const Resampling = z.strictObject({
  imageOrder: order.default(3),
  /** Along the axis of thick slices, where that is resampled by itself. */
  imageOrderZ: order.default(0),
  outputOrder: order.default(1),
  outputOrderZ: order.default(0),
  /** null: by itself where one spacing is more than three times another one. */
  separateZ: z.boolean().nullable().default(null),
  /** Which points of the two grids coincide: nnU-Net's outer faces, or MONAI's first voxel centres. */
  aligned: z.enum(['faces', 'centres']).default('faces'),
});

const Output = z.strictObject({
  kind: z.enum(['softmax', 'sigmoid']),
  channels: z.int().min(1).max(64),
  /** Channels that mean lesion. */
  marked: z.array(z.int().min(0).max(63)).min(1).max(64),
  /** Probability from which a voxel is marked; null: the most probable channel (softmax), over a half (sigmoid). */
  threshold: z.number().gt(0).lt(1).nullable().default(null),
});

/** A name within the folder, and nothing above or below it. */
const fileName = z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,120}\.onnx$/);

const Fold = z.strictObject({ file: fileName, sha256: z.string().regex(/^[0-9a-f]{64}$/) });

const line = (longest: number) => z.string().trim().min(1).max(longest);

/** `atoll-model.json`: all that has to be known of a model beside its weights. */
const Description = z
  .strictObject({
    atollModel: z.literal(1),
    /** The name of the engine. */
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
    title: line(120),
    version: line(40),
    description: line(2000),
    /** An SPDX identifier, or a sentence where none fits. */
    licence: line(300),
    citations: z.array(line(1000)).max(20).default([]),
    /** In the order of the network's channels. */
    inputs: z.array(Input).min(1).max(3),
    /**
     * In which order voxels are given to the network: as the DWI stores them (its axes sorted to x, y, z), or in a
     * direction by letters, such as RAS, the first index growing to the patient's right.
     */
    orientation: z.union([z.literal('as-stored'), z.string().regex(/^[LRAPIS]{3}$/)]),
    /** Which axis of the image each axis of the network is; nnU-Net's are z, y, x. */
    axes: z.array(z.enum(['x', 'y', 'z'])).length(3),
    /** In the order of the network's axes; two for a network of slices, whose thickness is left alone. */
    spacingMm: z.array(millimetres).min(2).max(3),
    /** In the order of the network's axes; two for a network of slices. */
    patch: z.array(edge).min(2).max(3),
    /** How far patches lie apart, as a share of their edge. */
    step: z.number().min(0.1).max(1).default(0.5),
    /** nnU-Net spreads patches evenly; MONAI sets them at fixed distances. */
    steps: z.enum(['even', 'fixed']).default('even'),
    gaussian: z.boolean().default(true),
    /** Axes of the patch that are mirrored, in all combinations, and averaged. */
    mirrorAxes: z.array(z.int().min(0).max(2)).max(3).default([]),
    cropToNonzero: z.boolean().default(true),
    /** nnU-Net normalises before it resamples, MONAI's bundles mostly after. */
    normalised: z.enum(['before-resampling', 'after-resampling']).default('before-resampling'),
    output: Output,
    resampling: Resampling.default(Resampling.parse({})),
    folds: z.array(Fold).min(1).max(20),
    /** How the folder was made, for the provenance. */
    madeFrom: z
      .record(z.string().max(60), z.union([z.string().max(400), z.number(), z.boolean()]))
      .default({}),
  })
  .superRefine((model, context) => {
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    if (new Set(model.axes).size !== 3) fault('axes: each of x, y and z must occur once');
    if (model.spacingMm.length !== model.patch.length)
      fault('spacingMm and patch must have equally many values');
    if (new Set(model.inputs.map(({ role }) => role)).size !== model.inputs.length) {
      fault('inputs: each role may occur once');
    }
    if (model.inputs.some(({ role, unit }) => role !== 'adc' && unit !== 'as-given')) {
      fault('inputs: only the ADC has a unit');
    }
    if (model.inputs.every(({ role }) => role === 'flair')) fault('inputs: DWI or ADC must be among them');
    if (model.output.marked.some((channel) => channel >= model.output.channels)) {
      fault('output: a marked channel is beyond the number of channels');
    }
    if (model.output.kind === 'softmax' && model.output.marked.includes(0)) {
      fault('output: channel 0 is the background and cannot be marked');
    }
    if (
      model.normalised === 'after-resampling' &&
      model.inputs.some(({ normalisation }) => normalisation.scheme === 'z-score' && normalisation.withinMask)
    ) {
      fault('normalised: within the mask only before resampling, for the mask is not resampled');
    }
    if (model.mirrorAxes.some((axis) => axis >= model.patch.length)) {
      fault('mirrorAxes: an axis is beyond those of the patch');
    }
    if (new Set(model.folds.map(({ file }) => file)).size !== model.folds.length) {
      fault('folds: each file may occur once');
    }
    if (model.orientation !== 'as-stored' && !isOrientation(model.orientation)) {
      fault('orientation: one letter each of L or R, A or P, I or S');
    }
  });

export type ModelDescription = z.output<typeof Description>;
export type ModelInput = z.output<typeof Input>;
/** What a person who writes a description may leave out. */
export type GivenDescription = z.input<typeof Description>;

/**
 * Checks what a file or an importer says of a model.
 * @throws AtollError MODEL_INVALID that lists every fault, one a line
 */
export function parseDescription(given: unknown): ModelDescription {
  const parsed = Description.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new AtollError('MODEL_INVALID', `${descriptionName}:\n${faults.join('\n')}`);
}

function isOrientation(code: string): boolean {
  return ['LR', 'AP', 'IS'].every((pair) => [...code].filter((letter) => pair.includes(letter)).length === 1);
}
