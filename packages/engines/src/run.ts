import { AtollError } from '@atoll/errors/error';
import { sameGrid } from '@atoll/volume/affine';

import { type CaseFiles, caseRoles } from '@atoll/volume/case-files';
import type { NiftiImage } from '@atoll/volume/nifti-read';
import type { Mask } from '@atoll/volume/volume';
import { packBrain } from './brain-outline.ts';
import { cautionsIn } from './caution.ts';
import { checkWish } from './choice.ts';
import type {
  Engine,
  EngineWarning,
  Progress,
  QualityMeasure,
  Segmentation,
  SegmentationPart,
  Study,
  Wish,
} from './engine.ts';
import { partOverlayId } from './ensemble/ensemble-name.ts';
import { judgeMask } from './judged-mask.ts';
import type { LocationWish } from './location.ts';
import { atollVersion, researchNotice } from './notice.ts';
import { packOverlays } from './overlays.ts';
import { checkPairing } from './pairing-check.ts';
import { readRole } from './read-role.ts';
import type { OverlayReport, PartProvenance, Provenance, Report } from './report.ts';
import { brainFileName } from './result-files.ts';
import { sha256 } from './sha256.ts';

export type RunOptions = {
  readonly engine: Engine;
  readonly files: CaseFiles;
  readonly preset?: string | undefined;
  /** Ids of the engine's options that are on. */
  readonly options?: readonly string[] | undefined;
  /** Which volume of a 4D DWI, from 0. */
  readonly dwiVolume?: number | undefined;
  /**
   * How the files were made from what was uploaded, a sentence each; goes into the provenance. Cautions among them
   * (`asCautions`) are serious warnings of the report as well.
   */
  readonly derivation?: readonly string[] | undefined;
  /** Says where the lesions lie; without it the report is silent on that. */
  readonly location?: LocationWish | undefined;
  /** Images of more voxels are refused; 256 × 256 × 256 unless a machine has less memory for them. */
  readonly maxVoxels?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
};

export type RunResult = {
  readonly report: Report;
  /** On the DWI's own grid. */
  readonly mask: Mask;
  /** The mask as .nii.gz. */
  readonly maskFile: Uint8Array;
  /**
   * What came beside the mask, by its names: the brain's outline, what may be missing, the engine's further files, and
   * those that come of the atlas.
   */
  readonly furtherFiles: ReadonlyMap<string, Uint8Array>;
};

/** Stages around those of the engine; reading and writing take little, and the bar says so. */
export const readingStage = { id: 'read', title: 'Reading the images' };
export const locatingStage = { id: 'locate', title: 'Registering the atlas' };
export const reportingStage = { id: 'report', title: 'Measuring and saving' };

/** 256 × 256 × 256. An engine needs about 200 bytes a voxel, so that this bounds a run to 3 GB or so. */
const usualMaxVoxels = 1 << 24;

const readingShare = 0.05;
const reportingShare = 0.07;
const locatingShare = 0.3;

/**
 * One case from files to a checked mask and its report: read, segment, measure, compare, write.
 * Runs in browsers and in Node.
 * @throws AtollError PRESET_UNKNOWN, OPTION_UNKNOWN, IMAGE_*, STUDY_*, JOB_CANCELLED, ENGINE_FAILED.
 */
export async function runSegmentation(options: RunOptions): Promise<RunResult> {
  const { engine, files, signal, maxVoxels = usualMaxVoxels } = options;
  const started = performance.now();
  const report = (stage: Progress) => options.onProgress?.(stage);
  const checkpoint = () => {
    if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
  };

  checkpoint();
  report({ stage: readingStage.id, fraction: 0, message: readingStage.title });
  const wish = checkWish(engine, { ...options, hasFlair: files.flair !== undefined });
  engine.prepare?.();
  options.location?.locator?.prepare?.();
  const [dwi, adcAsGiven, flair] = await Promise.all([
    readRole('DWI', files.dwi, maxVoxels, options.dwiVolume),
    readRole('ADC', files.adc, maxVoxels),
    files.flair === undefined ? undefined : readRole('FLAIR', files.flair, maxVoxels),
  ]);
  checkpoint();
  const { adc, warnings: warningsOfPairing } = checkPairing(dwi, adcAsGiven);

  // An engine works in a thread or a process of its own; this one has the time.
  const inputSha256 = hashInputs(files);
  const study: Study = { dwi, adc, ...(flair === undefined ? {} : { flair }) };
  const locatesFor = options.location?.locator ? locatingShare : 0;
  const engineShare = 1 - readingShare - locatesFor - reportingShare;
  const segmentation = await engine.segment(study, {
    preset: wish.preset,
    options: wish.options,
    ...(signal === undefined ? {} : { signal }),
    onProgress: (progress) =>
      report({ ...progress, fraction: readingShare + engineShare * progress.fraction }),
  });
  checkpoint();

  // An engine that answers on another grid would put the lesion elsewhere: better no result than that.
  if (!sameGrid(segmentation.mask, dwi)) {
    throw new AtollError('ENGINE_FAILED', 'The engine’s mask is not on the grid of the DWI.');
  }
  const judged = await judgeMask(
    {
      dwi,
      adc,
      mask: segmentation.mask,
      brain: segmentation.brain,
      joined: segmentation.joined,
      reference: files.reference,
      location: options.location,
    },
    {
      signal,
      onLocating: (fraction) =>
        report({
          stage: locatingStage.id,
          fraction: readingShare + engineShare + locatesFor * fraction,
          message: locatingStage.title,
        }),
      onMeasuring: () =>
        report({ stage: reportingStage.id, fraction: 1 - reportingShare, message: reportingStage.title }),
    },
  );
  const brain = segmentation.brain === null ? null : await packBrain(segmentation.brain, dwi.header);
  const overlays = await packOverlays(segmentation, dwi.header);
  const furtherFiles = new Map([...overlays.files, ...judged.furtherFiles]);
  if (brain !== null) furtherFiles.set(brainFileName, brain.file);
  const provenance = await describe(engine, wish, segmentation, {
    inputSha256: await inputSha256,
    maskFile: judged.maskFile,
    overlays: overlays.reports,
  });
  const { derivation } = options;
  const cautions = cautionsIn(derivation ?? []);
  checkpoint();
  report({ stage: reportingStage.id, fraction: 1, message: 'Done' });
  return {
    mask: segmentation.mask,
    maskFile: judged.maskFile,
    furtherFiles,
    report: {
      engine: engine.id,
      ...judged.report,
      quality: segmentation.quality.map(withoutNaN),
      warnings: [
        ...judged.warnings,
        ...cautions,
        ...warningsOfPairing.filter(({ message }) => !cautions.some((each) => each.message === message)),
        ...warnOfUnknownSide([dwi, adc]),
        ...segmentation.warnings,
        ...segmentation.quality.filter(isUnmeasured).map(warnOfUnmeasured),
      ],
      overlays: overlays.reports,
      probability: overlays.probability,
      brain: brain === null ? null : brain.report,
      elapsedSeconds: (performance.now() - started) / 1000,
      provenance: derivation === undefined ? provenance : { ...provenance, derivation },
    },
  };
}

/**
 * An image with neither sform nor qform has voxel sizes and no directions: which side is left is a convention
 * that its maker may not have followed.
 */
function warnOfUnknownSide(images: readonly NiftiImage[]): EngineWarning[] {
  if (images.every(({ header }) => header.affineFrom !== 'pixdim')) return [];
  return [
    {
      code: 'SIDE_UNKNOWN',
      severity: 'serious',
      message:
        'The image orientation is unknown (neither sform nor qform is set). Left and right are assumed and may be swapped.',
    },
  ];
}

/** A figure that came to nothing: no number is beyond its normal range, so that no warning of the engine's says it. */
function isUnmeasured({ value }: QualityMeasure): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

/** JSON has no such number. */
function withoutNaN(measure: QualityMeasure): QualityMeasure {
  return isUnmeasured(measure) ? { ...measure, value: null } : measure;
}

function warnOfUnmeasured({ label }: QualityMeasure): EngineWarning {
  return {
    code: 'QUALITY_UNMEASURED',
    severity: 'caution',
    message: `“${label}” could not be measured in these images. Check the images and the mask carefully.`,
  };
}

async function describe(
  engine: Engine,
  { preset, options }: Wish,
  segmentation: Segmentation,
  files: {
    readonly inputSha256: Record<string, string>;
    readonly maskFile: Uint8Array;
    readonly overlays: readonly OverlayReport[];
  },
): Promise<Provenance> {
  const { joined, citations = [] } = segmentation;
  return {
    atollVersion,
    engine: engine.id,
    engineVersion: engine.version,
    preset,
    options,
    parameters: segmentation.parameters,
    inputSha256: files.inputSha256,
    outputSha256: await sha256(files.maskFile),
    createdAt: new Date().toISOString(),
    runtime: runtimeName(),
    citations: [...engine.citations, ...citations],
    notice: researchNotice,
    ...(joined === undefined
      ? {}
      : { parts: joined.parts.map((part) => provenanceOf(part, files.overlays)) }),
  };
}

function provenanceOf(part: SegmentationPart, overlays: readonly OverlayReport[]): PartProvenance {
  const { engine, engineVersion, preset, options, parameters, elapsedSeconds } = part;
  const maskSha256 = overlays.find(({ id }) => id === partOverlayId(engine))?.sha256 ?? '';
  return { engine, engineVersion, preset, options, parameters, elapsedSeconds, maskSha256 };
}

/** SHA-256 of each image as it was given, by role, as a report's provenance has it. */
export async function hashInputs(files: CaseFiles): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const role of caseRoles) {
    const bytes = files[role];
    if (bytes !== undefined) hashes[role] = await sha256(bytes);
  }
  return hashes;
}

function runtimeName(): string {
  const node = globalThis.process?.versions?.node;
  return node === undefined ? globalThis.navigator.userAgent : `Node ${node}`;
}
