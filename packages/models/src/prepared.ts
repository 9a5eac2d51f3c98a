import { findBrain } from '@atoll/engines/diffusion/brain';
import { adcToMicrometres, checkNotEmpty, dropUnknown } from '@atoll/engines/diffusion/units';
import type { EngineWarning, Study } from '@atoll/engines/engine';
import { AtollError } from '@atoll/errors/error';
import { sameGrid, spacingMm } from '@atoll/volume/affine';
import { fromCanonical, toCanonical } from '@atoll/volume/orientation';
import { resampleLinear } from '@atoll/volume/resample';
import type { Grid, Mask, Vec3, Volume } from '@atoll/volume/volume';
import { type Block, type BlockBox, cropBlock, eachAxis, transposeBlock } from './block.ts';
import type { ModelDescription } from './description.ts';
import { boxOf, nonzeroMask } from './nonzero.ts';
import { normalise } from './normalisation.ts';
import { orderFor } from './orientation-order.ts';
import { type Resizing, resampleBlock, resampledShape } from './resampling.ts';

/** A study as the network takes it, and all that is needed to lay its answer back over the DWI. */
export type Prepared = {
  readonly channels: readonly Block[];
  /** Of the whole image, its axes as the network's. */
  readonly whole: Vec3;
  /** Where the channels lie in it, before they were resampled. */
  readonly box: BlockBox;
  /** Along the network's axes. */
  readonly spacing: { readonly image: Vec3; readonly network: Vec3 };
  readonly brain: Mask | null;
  readonly adcUnitFactor: number | null;
  readonly warnings: readonly EngineWarning[];
};

const perMicrometre = { 'mm2/s': 1e-6, '1e-3 mm2/s': 1e-3, '1e-6 mm2/s': 1, 'as-given': 1 };

/** Which axis of a block is x, y and z, where blocks lie as volumes do. */
const storedAxes = ['z', 'y', 'x'];

/** Axes of the network as axes of a block of a volume. */
const axesOf = ({ axes }: Pick<ModelDescription, 'axes'>): Vec3 =>
  eachAxis((axis) => storedAxes.indexOf(axes[axis]));

/**
 * From a study to the network's channels, in nnU-Net's order: voxels in the model's direction, cropped to what is not
 * zero, normalised, resampled.
 * @throws AtollError MODEL_ROLE_MISSING, STUDY_EMPTY, STUDY_NO_OVERLAP, STUDY_ADC_IMPLAUSIBLE
 */
export function prepare(study: Study, model: ModelDescription): Prepared {
  const warnings: EngineWarning[] = [];
  const dwi = withoutUnknown(study.dwi);
  checkNotEmpty(dwi.data, 'DWI');
  const order = orderFor(model.orientation, study.dwi);
  if (order.isPermuted) warnings.push(permutedAxes);
  const adc = onDwi(study.adc, 'ADC', study.dwi, warnings);
  const adcUnitFactor = model.inputs.some(({ unit }) => unit !== 'as-given')
    ? adcToMicrometres(dwi.data, adc.data)
    : null;
  const brain = outline(dwi, adc);
  const channels = model.inputs.map(({ role, unit }): Block => {
    const volume = role === 'dwi' ? dwi : role === 'adc' ? adc : flairOf(study, warnings);
    const factor = perMicrometre[unit];
    if (factor !== 1) for (let at = 0; at < volume.data.length; at++) volume.data[at] *= factor;
    const { shape, data } = order.to(volume);
    return transposeBlock({ shape: [shape[2], shape[1], shape[0]], data }, axesOf(model));
  });
  const whole = channels[0].shape;
  const spacing = spacingsOf(model, order.grid);
  const mask = nonzeroMask(channels);
  const box = model.cropToNonzero ? boxOf(mask, whole) : { start: [0, 0, 0] as const, end: whole };
  if (box === null) throw new AtollError('STUDY_EMPTY');
  const inside = Uint8Array.from(cropBlock({ shape: whole, data: Float32Array.from(mask) }, box).data);
  const resizing = imageResizing(model, spacing);
  return {
    channels: channels.map((channel, at) => {
      const cropped = cropBlock(channel, box);
      const { normalisation } = model.inputs[at];
      const isBefore = model.normalised === 'before-resampling';
      if (isBefore) normalise(cropped.data, inside, normalisation);
      const resampled = resampleBlock(cropped, resampledShape(cropped.shape, resizing), resizing);
      if (!isBefore) normalise(resampled.data, inside, normalisation);
      return resampled;
    }),
    whole,
    box,
    spacing,
    brain,
    adcUnitFactor,
    warnings,
  };
}

/** Voxels of the network's grid at most, known before anything is computed. */
export function networkShape(grid: Grid, model: ModelDescription): Vec3 {
  const order = orderFor(model.orientation, grid);
  const [x, y, z] = order.grid.shape;
  const axes = axesOf(model);
  const stored: Vec3 = [z, y, x];
  return resampledShape(
    eachAxis((axis) => stored[axes[axis]]),
    imageResizing(model, spacingsOf(model, order.grid)),
  );
}

/** Values on the network's axes, over the whole image, put back in the order of the DWI's voxels. */
export function onDwiGrid(block: Block, model: ModelDescription, grid: Grid): Volume {
  const axes = axesOf(model);
  const back = eachAxis((axis) => axes.indexOf(axis));
  return orderFor(model.orientation, grid).from(transposeBlock(block, back).data);
}

function imageResizing({ resampling }: ModelDescription, { image, network }: Prepared['spacing']): Resizing {
  const { imageOrder, imageOrderZ, separateZ, aligned } = resampling;
  return { from: image, to: network, order: imageOrder, orderZ: imageOrderZ, separateZ, aligned };
}

function spacingsOf(model: ModelDescription, ordered: Grid): Prepared['spacing'] {
  const [x, y, z] = spacingMm(ordered.affine);
  const axes = axesOf(model);
  const image = eachAxis((axis) => [z, y, x][axes[axis]]);
  const given = model.spacingMm;
  // A network of slices leaves their thickness as it is.
  const network: Vec3 = given.length === 2 ? [image[0], given[0], given[1]] : [given[0], given[1], given[2]];
  return { image, network };
}

const permutedAxes: EngineWarning = {
  code: 'AXES_SORTED',
  severity: 'info',
  message:
    'The DWI is not stored in axial slices; its axes were sorted for the model, and the mask put back.',
};

function withoutUnknown(volume: Volume): Volume {
  const data = volume.data.slice();
  dropUnknown(data);
  return { ...volume, data };
}

function onDwi(volume: Volume, name: string, dwi: Grid, warnings: EngineWarning[]): Volume {
  if (!sameGrid(volume, dwi)) {
    warnings.push({
      code: `${name}_RESAMPLED`,
      severity: 'info',
      message: `The ${name} was on a different grid from the DWI and was resampled onto it by scanner coordinates, without registration.`,
    });
  }
  return resampleLinear(withoutUnknown(volume), dwi);
}

function flairOf({ flair, dwi }: Study, warnings: EngineWarning[]): Volume {
  if (flair === undefined) throw new AtollError('MODEL_ROLE_MISSING', 'The model requires a FLAIR image.');
  const placed = onDwi(flair, 'FLAIR', dwi, warnings);
  checkNotEmpty(placed.data, 'FLAIR');
  return placed;
}

/** For places and checks; a model says nothing of the brain. */
function outline(dwi: Volume, adc: Volume): Mask | null {
  const canonical = toCanonical(dwi);
  const micrometres = toCanonical(adc);
  try {
    adcToMicrometres(canonical.data, micrometres.data);
  } catch {
    return null;
  }
  const found = findBrain(canonical.data, micrometres.data, canonical.shape, spacingMm(canonical.affine));
  return found && fromCanonical(found.mask, dwi);
}
