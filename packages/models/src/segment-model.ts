import type { Progress, Segmentation, Study } from '@atoll/engines/engine';
import { AtollError } from '@atoll/errors/error';
import { type Block, eachAxis, padBlock } from './block.ts';
import type { ModelDescription } from './description.ts';
import { type Prediction, predictLogits } from './predict.ts';
import { onDwiGrid, type Prepared, prepare } from './prepared.ts';
import { modelStages } from './presets.ts';
import { resampleBlock } from './resampling.ts';

const prepareShare = 0.05;
const placeShare = 0.05;

/**
 * A model's mask of a study, on the DWI's own grid: prepared, predicted patch by patch, and back, each in the order in
 * which nnU-Net v2 has it. Runs wherever a network can be opened.
 * @throws AtollError MODEL_*, STUDY_*
 */
export async function segmentByModel(
  study: Study,
  model: ModelDescription,
  { folds, open }: Pick<Prediction, 'folds' | 'open'>,
  onProgress: (progress: Progress) => void,
): Promise<Segmentation> {
  const tell = (stage: (typeof modelStages)[number], fraction: number, message: string = stage.title) =>
    onProgress({ stage: stage.id, fraction, message });
  const [preparing, predicting, placing] = modelStages;
  tell(preparing, 0);
  const prepared = prepare(study, model);
  tell(predicting, prepareShare, 'Loading the model');
  const logits = await predictLogits(prepared.channels, {
    model,
    folds,
    open,
    onRun: (done, all) =>
      tell(
        predicting,
        prepareShare + (1 - prepareShare - placeShare) * (done / all),
        `Running the model: patch ${done} of ${all}`,
      ),
  });
  tell(placing, 1 - placeShare);
  const { probability, mask } = place(logits, model, prepared, study);
  return {
    mask,
    probability,
    probabilityThreshold: thresholdOf(model.output),
    brain: prepared.brain,
    warnings: prepared.warnings,
    quality: [
      { name: 'folds', label: 'Folds averaged', value: folds, unit: null, normalRange: null },
      {
        name: 'networkShape',
        label: 'Grid of the network',
        value: prepared.channels[0].shape.join(' × '),
        unit: 'voxels',
        normalRange: null,
      },
    ],
    parameters: {
      ...(prepared.adcUnitFactor === null ? {} : { adcUnitFactor: prepared.adcUnitFactor }),
      folds,
      mirrorAxes: model.mirrorAxes.join(','),
      step: model.step,
    },
  };
}

/** Logits onto the image's own voxels first, and only then a choice: as nnU-Net does it. */
function place(logits: Block[], model: ModelDescription, prepared: Prepared, { dwi }: Study) {
  const { box, spacing, whole } = prepared;
  const { outputOrder, outputOrderZ, separateZ, aligned } = model.resampling;
  const cropped = eachAxis((axis) => box.end[axis] - box.start[axis]);
  const onImage = logits.map((block, channel) => {
    const back = resampleBlock(block, cropped, {
      from: spacing.network,
      to: spacing.image,
      order: outputOrder,
      orderZ: outputOrderZ,
      separateZ,
      aligned,
    });
    // What is not needed any more goes before the next one comes.
    logits[channel] = back;
    return back.data;
  });
  const { marked, probability } = decide(onImage, model.output);
  const over = (data: Float32Array) =>
    onDwiGrid(padBlock({ shape: cropped, data }, whole, box.start), model, dwi);
  const mask = over(marked);
  const soft = over(probability);
  return { mask: { ...mask, data: Uint8Array.from(mask.data) }, probability: soft };
}

/** The most probable of two channels is the one above a half; of more there is no such threshold. */
function thresholdOf({ kind, channels, threshold }: ModelDescription['output']): number | null {
  return threshold ?? (kind === 'sigmoid' || channels === 2 ? 0.5 : null);
}

/** For each voxel whether it is marked, and how probable a lesion is. */
function decide(
  logits: readonly Float32Array[],
  { kind, marked: lesions, threshold }: ModelDescription['output'],
) {
  const voxels = logits[0].length;
  const marked = new Float32Array(voxels);
  const probability = new Float32Array(voxels);
  const isLesion = logits.map((_, channel) => lesions.includes(channel));
  for (let at = 0; at < voxels; at++) {
    if (kind === 'sigmoid') {
      for (const channel of lesions) {
        probability[at] = Math.max(probability[at], 1 / (1 + Math.exp(-logits[channel][at])));
      }
      marked[at] = probability[at] > (threshold ?? 0.5) ? 1 : 0;
      continue;
    }
    let best = 0;
    for (let channel = 1; channel < logits.length; channel++) {
      if (logits[channel][at] > logits[best][at]) best = channel;
    }
    let [all, lesion] = [0, 0];
    for (let channel = 0; channel < logits.length; channel++) {
      const share = Math.exp(logits[channel][at] - logits[best][at]);
      all += share;
      if (isLesion[channel]) lesion += share;
    }
    probability[at] = lesion / all;
    marked[at] = (threshold === null ? isLesion[best] : probability[at] > threshold) ? 1 : 0;
  }
  return { marked, probability };
}

/** @throws AtollError MODEL_ROLE_MISSING when an image that the model needs is not there. */
export function checkRoles({ inputs, title }: ModelDescription, hasFlair: boolean): void {
  if (hasFlair || inputs.every(({ role }) => role !== 'flair')) return;
  throw new AtollError(
    'MODEL_ROLE_MISSING',
    `The model “${title}” requires a FLAIR image, and the case has none.`,
  );
}
