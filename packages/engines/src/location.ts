import type { AspectsCutoff, AtlasCredit, LegendEntry, Location } from '@atoll/atlas/location';
import type { Locator } from '@atoll/atlas/locator';
import { pinnedAtlas } from '@atoll/atlas/pinned-atlas';
import { regionsOf } from '@atoll/atlas/regions';
import { catalogue } from '@atoll/errors/catalogue';
import { type AtollError, asAtollError } from '@atoll/errors/error';
import type { NiftiImage } from '@atoll/volume/nifti-read';
import type { NumberedLesions } from '@atoll/volume/numbered-lesions';
import type { Volume } from '@atoll/volume/volume';
import type { Segmentation } from './engine.ts';
import { locationFiles, type MniWish } from './location-files.ts';

/** Where the lesions lie, or why it is not said. A mask is worth having without it. */
export type LocationReport =
  | (Location & { readonly atlas: AtlasCredit; readonly legend: readonly LegendEntry[] })
  | { readonly status: 'no-atlas' | 'not-computable'; readonly sentence: string };

export type LocationWish = {
  /** null where no atlas is there. */
  readonly locator: Locator | null;
  readonly cutoff?: AspectsCutoff | undefined;
  readonly mni?: MniWish | undefined;
};

export type LocatedRun = {
  readonly report: LocationReport;
  readonly files: ReadonlyMap<string, Uint8Array>;
};

type Run = {
  readonly dwi: NiftiImage;
  readonly adc: Volume;
  readonly segmentation: Pick<Segmentation, 'mask' | 'brain'>;
  readonly numbered: NumberedLesions;
};

/** @throws AtollError JOB_CANCELLED alone: anything else is said in the report, and costs no mask. */
export async function locateRun(
  { dwi, adc, segmentation: { mask, brain }, numbered }: Run,
  { locator, cutoff, mni = 'nothing' }: LocationWish,
  options: { readonly signal?: AbortSignal | undefined; readonly onProgress?: (fraction: number) => void },
): Promise<LocatedRun> {
  if (locator === null) return without('no-atlas', missing);
  if (brain === null)
    return without('not-computable', 'The engine provides no brain mask for fitting an atlas.');
  try {
    const task = { adc, brain, mask, lesionNumbers: numbered.numbers, lesionCount: numbered.count, cutoff };
    const located = await locator.locate(task, options);
    if (located === null)
      return without('not-computable', 'There is no brain region with ADC values for fitting an atlas.');
    const { location, toAtlas, territories } = located;
    const { id, title, space, licences, citations } = pinnedAtlas;
    return {
      report: { ...location, atlas: { id, title, space, licences, citations }, legend: legendOf() },
      files: await locationFiles({
        territories,
        toAtlas,
        fits: location.status === 'located',
        mask,
        dwi,
        mni,
      }),
    };
  } catch (thrown) {
    const error = asAtollError(thrown);
    if (error.code === 'JOB_CANCELLED') throw error;
    if (error.code === 'ATLAS_MISSING') return without('no-atlas', missing);
    return without('not-computable', sentenceOf(error));
  }
}

const missing = `${catalogue.ATLAS_MISSING.sentence} ${catalogue.ATLAS_MISSING.action}`;

function sentenceOf({ message, action }: AtollError): string {
  return `${message} ${action}`;
}

function without(status: 'no-atlas' | 'not-computable', sentence: string): LocatedRun {
  return { report: { status, sentence }, files: new Map() };
}

function legendOf(): LegendEntry[] {
  return regionsOf('territory').map(({ label, name, side, group }) => ({ label, name, side, group }));
}
