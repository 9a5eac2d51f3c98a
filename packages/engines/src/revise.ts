import { AtollError } from '@atoll/errors/error';
import { sameGrid, voxelVolumeMl } from '@atoll/volume/affine';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import type { Mask } from '@atoll/volume/volume';
import type { EngineWarning } from './engine.ts';
import { readGivenMask } from './given-mask.ts';
import { extentWarning, judgeMask } from './judged-mask.ts';
import type { LocationWish } from './location.ts';
import { checkPairing } from './pairing-check.ts';
import { readRole } from './read-role.ts';
import type { MaskChange, Report, Verdict } from './report.ts';
import { sha256 } from './sha256.ts';

/** What a reader says of a result. */
export type Review = {
  readonly author: string;
  readonly note: string;
  readonly verdict: Verdict;
};

export type RevisionOptions = {
  /** The images of the result as it keeps them, NIfTI bytes. */
  readonly files: {
    readonly dwi: Uint8Array;
    readonly adc: Uint8Array;
    readonly reference?: Uint8Array | undefined;
    /** The brain as the engine outlined it. */
    readonly brain?: Uint8Array | undefined;
  };
  /** Which volume of a 4D DWI, from 0. */
  readonly dwiVolume?: number | undefined;
  /** What the engine found: its mask's file and its report. */
  readonly engine: { readonly mask: Uint8Array; readonly report: Report };
  /** What was revised: 0 and the engine's mask, or an earlier revision and its own. */
  readonly parent: { readonly number: number; readonly mask: Uint8Array };
  /** Its own number; the one after the parent's unless given. */
  readonly number?: number | undefined;
  /** The changed mask, NIfTI; null where the parent's stands as it is. */
  readonly mask: Uint8Array | null;
  readonly review: Review;
  /** Of the result that is revised; null where it has no id. */
  readonly of: string | null;
  readonly createdAt: Date;
  readonly location?: LocationWish | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type Revised = {
  readonly report: Report & { readonly revision: NonNullable<Report['revision']> };
  /** On the DWI's own grid, in its order. */
  readonly mask: Mask;
  readonly maskFile: Uint8Array;
  readonly furtherFiles: ReadonlyMap<string, Uint8Array>;
};

const mostVoxels = 1 << 26;

/**
 * A revision of a result: the reader's mask, checked, with a report that is made anew from it, and what changed since
 * its parent and since the engine. The engine's warnings and figures about the images stay in it. Runs in browsers.
 * @throws AtollError IMAGE_*, MASK_NOT_BINARY, MASK_NOT_FINITE, MASK_GRID_DIFFERS, REVISION_UNFIT, JOB_CANCELLED
 */
export async function reviseSegmentation(options: RevisionOptions): Promise<Revised> {
  const { files, engine, parent, review, of, createdAt, location, signal } = options;
  const started = performance.now();
  const [dwi, adcAsGiven] = await Promise.all([
    readRole('DWI', files.dwi, mostVoxels, options.dwiVolume),
    readRole('ADC', files.adc, mostVoxels),
  ]);
  // Laid where the engine had it.
  const { adc } = checkPairing(dwi, adcAsGiven);
  const [before, byEngine, brain] = await Promise.all([
    readGivenMask(parent.mask, dwi.header),
    readGivenMask(engine.mask, dwi.header),
    files.brain === undefined ? null : readNiftiMask(files.brain),
  ]);
  const mask = options.mask === null ? before : await readGivenMask(options.mask, dwi.header);
  const sinceParent = changeOf(before, mask);
  const isChanged = sinceParent.addedVoxels + sinceParent.removedVoxels > 0;
  if (isChanged !== (review.verdict === 'corrected'))
    throw new AtollError('REVISION_UNFIT', unfit(review.verdict));
  const judged = await judgeMask(
    {
      dwi,
      adc,
      mask,
      brain: brain !== null && sameGrid(brain, dwi) ? brain : null,
      reference: files.reference,
      location,
    },
    { signal },
  );
  if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
  const maskSha256 = await sha256(judged.maskFile);
  // An ensemble's votes were on the lesions of its own mask.
  const { location: _placed, ensemble: _voted, ...base } = engine.report;
  return {
    mask,
    maskFile: judged.maskFile,
    furtherFiles: judged.furtherFiles,
    report: {
      ...base,
      ...judged.report,
      warnings: [...judged.warnings, ...engine.report.warnings.filter(isAboutImages)],
      // They were held against the engine's own mask, and lie beside it.
      overlays: [],
      elapsedSeconds: (performance.now() - started) / 1000,
      provenance: { ...engine.report.provenance, outputSha256: maskSha256 },
      revision: {
        of,
        number: options.number ?? parent.number + 1,
        parent: parent.number,
        ...review,
        createdAt: createdAt.toISOString(),
        maskSha256,
        sinceParent,
        sinceEngine: changeOf(byEngine, mask),
      },
    },
  };
}

/** What the second look says of a mask it says anew of each. */
function isAboutImages({ code }: EngineWarning): boolean {
  return !code.startsWith('PLAIN_LOOK_') && code !== extentWarning;
}

function unfit(verdict: Verdict): string {
  return verdict === 'corrected'
    ? 'The mask is the same as before, so nothing was corrected.'
    : `A result is ${verdict} as it is, but the mask differs from it.`;
}

/** Of two masks on one grid. */
function changeOf(before: Mask, after: Mask): MaskChange {
  let [added, removed, kept] = [0, 0, 0];
  for (let at = 0; at < after.data.length; at++) {
    const [was, is] = [before.data[at] !== 0, after.data[at] !== 0];
    if (is && !was) added++;
    if (was && !is) removed++;
    if (was && is) kept++;
  }
  const voxelMl = voxelVolumeMl(after.affine);
  const sum = 2 * kept + added + removed;
  return {
    addedVoxels: added,
    removedVoxels: removed,
    addedMl: added * voxelMl,
    removedMl: removed * voxelMl,
    dice: sum === 0 ? 1 : (2 * kept) / sum,
  };
}
