import { AtollError } from '@atoll/errors/error';
import { sameGrid, spacingMm as spacingOf } from '@atoll/volume/affine';
import { type Box, boundingBox, cropImage, pasteMask } from '@atoll/volume/morphology';
import { canonicalGrid, fromCanonical, toCanonical } from '@atoll/volume/orientation';
import { resampleLinear } from '@atoll/volume/resample';
import type { Grid, Volume } from '@atoll/volume/volume';
import type { Progress, Segmentation, Study } from '../engine.ts';
import { findBrain } from './brain.ts';
import { onBrain } from './brain-box.ts';
import { finishLesions } from './finish.ts';
import { voxelMlOf, type Work } from './ground.ts';
import { findLesions } from './lesions.ts';
import { findMidPlane } from './midplane.ts';
import { type PresetId, presets } from './parameters.ts';
import type { Pieces } from './pieces.ts';
import { findPileUp } from './pileup.ts';
import { checkPlausible } from './plausibility.ts';
import { coversBrain, type Findings, qualityOf, relativeNoise, warningsOf } from './quality.ts';
import { brightnessOf, computeScores, depthBelowHull } from './scores.ts';
import { sharpenLarge } from './sharpen.ts';
import { stages } from './stages.ts';
import { healthyVoxels } from './tissue.ts';
import { adcToMicrometres, checkNotEmpty, clean, dropUnknown } from './units.ts';

/**
 * Finds acute infarcts in DWI and ADC. Pure and synchronous: runs in browsers and in Node, and leaves the
 * study as it is. The mask lies on the DWI's own grid.
 * @throws AtollError STUDY_EMPTY, STUDY_NO_OVERLAP, STUDY_NO_BRAIN, STUDY_ADC_IMPLAUSIBLE
 */
export function segmentDiffusion(
  study: Pick<Study, 'dwi' | 'adc'>,
  preset: PresetId,
  onProgress: (progress: Progress) => void = () => {},
  /** Shown the pieces before they are judged, with their box of the canonical grid: for fitting the judge. */
  onPieces?: (pieces: Pieces, box: Box) => void,
): Segmentation {
  const parameters = presets[preset];
  const enter = stageReporter(onProgress);

  enter('prepare');
  const dwi = toCanonical(study.dwi);
  const { adc, resampled } = adcOnto(study.adc, dwi);
  clean(dwi.data);
  const adcUnitFactor = adcToMicrometres(dwi.data, adc);
  const spacingMm = spacingOf(dwi.affine);

  enter('brain');
  const whole = findBrain(dwi.data, adc, dwi.shape, spacingMm);
  const box = whole === null ? null : boundingBox(whole.mask, dwi.shape);
  if (whole === null || box === null) throw new AtollError('STUDY_NO_BRAIN');
  checkPlausible(dwi.data, adc, whole.mask);
  const {
    work: brainBox,
    shape,
    brain,
    signal,
    diffusion,
    adcScale,
    smoothDwi,
    smoothAdc,
    sharpDwi,
  } = onBrain({ dwi: dwi.data, adc, shape: dwi.shape, spacingMm, brain: whole, box }, parameters);
  const work: Work = { shape, spacingMm, brain, adc: smoothAdc, parameters };
  const depthMm = cropImage(depthBelowHull(whole.hull, whole.blocks, dwi.shape), dwi.shape, brainBox);
  const noise = relativeNoise(signal, healthyVoxels(diffusion, brain));

  enter('symmetry');
  const plane = findMidPlane(smoothAdc, brain, shape, spacingMm);

  enter('contrast');
  const scores = computeScores(work, smoothDwi, plane);

  enter('lesions');
  const pileUp = findPileUp(work, scores);
  const allowed = brain.map((value, at) => (value !== 0 && pileUp.near[at] === 0 ? 1 : 0));
  const terrain = { allowed, depthMm, pileUp: pileUp.around };
  const lesions = findLesions(work, scores, terrain, (pieces) => onPieces?.(pieces, brainBox));
  const found = sharpenLarge(work, finishLesions(work, lesions, scores.z), () =>
    brightnessOf(sharpDwi(), smoothDwi, scores),
  );
  const mask = new Uint8Array(dwi.data.length);
  pasteMask(found, mask, dwi.shape, brainBox);

  const voxelMl = voxelMlOf(spacingMm);
  const findings: Findings = {
    adcUnitFactor,
    adcMode: whole.healthyAdc,
    adcScale,
    adcResampled: resampled,
    adcCoverage: coverage(diffusion, brain),
    sigma: scores.sigma,
    noise,
    mirrorCorrelation: plane.correlation,
    brainMl: whole.volumeMl,
    stripped: whole.stripped,
    coverageComplete: coversBrain(whole.mask, dwi.shape),
    sliceThicknessMm: Math.max(...spacingMm),
    pileUpMl: pileUp.volumeMl,
    lesionMl: found.reduce((sum, value) => sum + value, 0) * voxelMl,
    lesionAtEdge: touchesEdge(mask, dwi),
  };
  const last = stages[stages.length - 1];
  onProgress({ stage: last.id, fraction: 1, message: last.title });
  return {
    mask: fromCanonical(mask, study.dwi),
    brain: fromCanonical(whole.mask, study.dwi),
    warnings: warningsOf(findings),
    quality: qualityOf(findings),
    parameters: { ...parameters },
  };
}

/** A copy of the ADC, signed, in canonical order on the DWI's grid. @throws AtollError STUDY_EMPTY */
function adcOnto(adc: Volume, dwi: Grid): { adc: Float32Array; resampled: boolean } {
  if (sameGrid(canonicalGrid(adc), dwi)) {
    const { data } = toCanonical(adc);
    dropUnknown(data);
    checkNotEmpty(data, 'ADC');
    return { adc: data, resampled: false };
  }
  const data = adc.data.slice();
  dropUnknown(data);
  checkNotEmpty(data, 'ADC');
  return { adc: resampleLinear({ ...adc, data }, dwi).data, resampled: true };
}

/** Reports stages in their order, each with the share of time that lies before it. */
function stageReporter(onProgress: (progress: Progress) => void) {
  return (id: (typeof stages)[number]['id']) => {
    let fraction = 0;
    for (const stage of stages) {
      if (stage.id === id) return onProgress({ stage: id, fraction, message: stage.title });
      fraction += stage.share;
    }
  };
}

function coverage(adc: Float32Array, brain: Uint8Array): number {
  let [inside, known] = [0, 0];
  for (let at = 0; at < brain.length; at++) {
    if (brain[at] === 0) continue;
    inside++;
    if (adc[at] > 0) known++;
  }
  return known / inside;
}

/** In-plane edges, and first and last slices unless there is only one. */
function touchesEdge(mask: Uint8Array, { shape }: Grid): boolean {
  const box = boundingBox(mask, shape);
  if (box === null) return false;
  return [0, 1, 2].some(
    (axis) => shape[axis] > 1 && (box.low[axis] === 0 || box.high[axis] === shape[axis] - 1),
  );
}
