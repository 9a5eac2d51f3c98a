import { asAtollError } from '@atoll/errors/error';
import { voxelVolumeMl } from '@atoll/volume/affine';
import { compareMasks } from '@atoll/volume/metrics';
import { type NiftiImage, readNiftiMask } from '@atoll/volume/nifti-read';
import { numberLesions } from '@atoll/volume/numbered-lesions';
import type { Mask } from '@atoll/volume/volume';
import type { EngineWarning, Joined } from './engine.ts';
import { reportEnsemble } from './ensemble/ensemble-report.ts';
import { leftOutOf } from './ensemble/left-out.ts';
import { type LocationReport, type LocationWish, locateRun } from './location.ts';
import { maskFileOf } from './mask-file.ts';
import { measureLesions } from './measure.ts';
import { takePlainLook } from './plain-look.ts';
import type { Lesion, Metrics, Report } from './report.ts';
import { missedFileName } from './result-files.ts';

type MaskToJudge = {
  readonly dwi: NiftiImage;
  readonly adc: NiftiImage;
  /** On the grid of the DWI, whoever made it. */
  readonly mask: Mask;
  readonly brain: Mask | null;
  /** How it came of several masks. */
  readonly joined?: Joined | undefined;
  /** The file of a mask to compare it with. */
  readonly reference?: Uint8Array | undefined;
  readonly location?: LocationWish | undefined;
};

/** What a report says of a mask itself, and not of how it came about. */
type MaskReport = Pick<
  Report,
  'volumeMl' | 'lesionCount' | 'lesions' | 'lowAdc' | 'metrics' | 'plainLook' | 'ensemble' | 'location'
>;

type JudgedMask = {
  readonly report: MaskReport;
  readonly maskFile: Uint8Array;
  /** By their names: what may be missing, and what comes of an atlas. */
  readonly furtherFiles: ReadonlyMap<string, Uint8Array>;
  readonly warnings: readonly EngineWarning[];
};

/** Measures a mask, places its lesions, compares it with a reference, and holds it against a plain second look. */
export async function judgeMask(
  { dwi, adc, mask, brain, joined, reference, location }: MaskToJudge,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onLocating?: (fraction: number) => void;
    readonly onMeasuring?: () => void;
  } = {},
): Promise<JudgedMask> {
  const numbered = numberLesions(mask);
  const { signal, onLocating = () => undefined } = options;
  const located =
    location === undefined
      ? null
      : await locateRun({ dwi, adc, segmentation: { mask, brain }, numbered }, location, {
          signal,
          onProgress: onLocating,
        });
  options.onMeasuring?.();
  const measured = measureLesions({ mask, adc, brain, numbered });
  const metrics = await compare(mask, brain, reference);
  const leftOut = joined === undefined ? null : leftOutOf(joined, mask);
  const look = await takePlainLook({ dwi, adc }, mask, measured.lesions, dwi.header, leftOut);
  const furtherFiles = new Map(located?.files);
  if (look.file !== null) furtherFiles.set(missedFileName, look.file);
  return {
    report: {
      ...measured,
      lesions: withTerritories(measured.lesions, located?.report),
      metrics,
      plainLook: look.report,
      ...(joined === undefined ? {} : { ensemble: reportEnsemble(joined, { mask, adc, brain, numbered }) }),
      ...(located === null ? {} : { location: located.report }),
    },
    maskFile: maskFileOf(mask, dwi.header),
    furtherFiles,
    warnings: [...warnOfExtent(mask, brain), ...look.warnings],
  };
}

function withTerritories(
  lesions: readonly Lesion[],
  location: LocationReport | undefined,
): readonly Lesion[] {
  if (location?.status !== 'located') return lesions;
  return lesions.map((lesion, n) => ({ ...lesion, territory: location.lesions[n].phrase }));
}

/** No infarct takes half of a brain: what does is a mask of the brain or of the head. */
const mostOfBrain = 0.5;

/** Of a mask that no infarct has, whatever made it: a model that was given images of another kind marks all of them. */
export const extentWarning = 'MASK_COVERS_BRAIN';

function warnOfExtent(mask: Mask, brain: Mask | null): EngineWarning[] {
  const share = shareOf(brain, mask);
  if (!(share > mostOfBrain)) return [];
  return [
    {
      code: extentWarning,
      severity: 'serious',
      message: `The mask takes up ${Math.round(100 * share)} % of the brain’s volume. No infarct is that large: the segmentation failed, and its volume must not be used.`,
    },
  ];
}

/** A reference that cannot be used must not cost the reader their mask. */
async function compare(mask: Mask, brain: Mask | null, reference: Uint8Array | undefined): Promise<Metrics> {
  if (reference === undefined) return { status: 'no-reference' };
  try {
    const expert = await readNiftiMask(reference);
    if (shareOf(brain, expert) > mostOfBrain) {
      const reason =
        'The reference mask could not be used: it covers more than half of the brain, as a mask of the brain or of the head does and none of an infarct.';
      return { status: 'not-computable', reason };
    }
    return { status: 'computed', ...compareMasks(mask, expert) };
  } catch (thrown) {
    const { message, action } = asAtollError(thrown);
    return { status: 'not-computable', reason: `The reference mask could not be used: ${message} ${action}` };
  }
}

/** How much of a brain's volume a mask has, on whatever grid; 0 where no brain is known. */
function shareOf(brain: Mask | null, mask: Mask): number {
  return brain === null ? 0 : volumeOf(mask) / volumeOf(brain);
}

/** mL */
function volumeOf({ data, affine }: Mask): number {
  let voxels = 0;
  for (const inside of data) voxels += inside;
  return voxels * voxelVolumeMl(affine);
}
