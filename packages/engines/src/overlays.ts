import { AtollError } from '@atoll/errors/error';
import { sameGrid, voxelVolumeMl } from '@atoll/volume/affine';
import { gzip } from '@atoll/volume/gzip';
import type { NiftiHeader } from '@atoll/volume/nifti-header';
import { writeNifti, writeNiftiMask } from '@atoll/volume/nifti-write';
import type { Segmentation } from './engine.ts';
import { isLocationFileName } from './location-files.ts';
import type { OverlayReport, ProbabilityReport } from './report.ts';
import { brainFileName, missedFileName, probabilityFileName } from './result-files.ts';
import { sha256 } from './sha256.ts';

const idPattern = /^[a-z0-9-]{1,64}$/;
const namePattern = /^(overlay|extra)_[a-z0-9-]{1,64}\.nii\.gz$/;

/** What the file of an overlay is called, wherever results are kept. */
export const overlayFileName = (id: string): string => `overlay_${id}.nii.gz`;

/** Can a file of this name be an overlay or another further file of a run's, or one that comes of an atlas? */
export const isFurtherFileName = (name: string): boolean =>
  namePattern.test(name) ||
  name === brainFileName ||
  name === missedFileName ||
  name === probabilityFileName ||
  isLocationFileName(name);

export type PackedOverlays = {
  /** By their names. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly reports: readonly OverlayReport[];
  readonly probability: ProbabilityReport | null;
};

/**
 * The further maps of a result as files on the DWI's grid, each with its volume and its agreement with the mask; and
 * its other files.
 * @throws AtollError ENGINE_FAILED when one lies on another grid.
 */
export async function packOverlays(
  { mask, overlays = [], extras = new Map(), probability, probabilityThreshold = null }: Segmentation,
  header: NiftiHeader,
): Promise<PackedOverlays> {
  const files = new Map<string, Uint8Array>();
  const reports: OverlayReport[] = [];
  for (const { id, title, mask: map, isCount = false } of overlays) {
    if (!idPattern.test(id) || !sameGrid(map, header)) {
      throw new AtollError('ENGINE_FAILED', 'A map of the engine is not on the grid of the DWI.');
    }
    const file = await gzip(writeNiftiMask(map, header));
    const { marked, dice } = overlap(map.data, mask.data);
    files.set(overlayFileName(id), file);
    reports.push({
      id,
      title,
      volumeMl: marked * voxelVolumeMl(map.affine),
      diceWithMask: isCount ? null : dice,
      sha256: await sha256(file),
    });
  }
  for (const [id, file] of extras) if (idPattern.test(id)) files.set(`extra_${id}.nii.gz`, file);
  let soft: ProbabilityReport | null = null;
  if (probability !== undefined) {
    if (!sameGrid(probability, header)) {
      throw new AtollError('ENGINE_FAILED', 'The engine’s probabilities are not on the grid of the DWI.');
    }
    const file = await gzip(writeNifti(probability, 'float32'));
    files.set(probabilityFileName, file);
    soft = { threshold: probabilityThreshold, sha256: await sha256(file) };
  }
  return { files, reports, probability: soft };
}

/** Of two arrays on one grid; Dice is 1 when both are empty. */
function overlap(map: Uint8Array, mask: Uint8Array): { marked: number; dice: number } {
  let marked = 0;
  let masked = 0;
  let both = 0;
  for (let at = 0; at < map.length; at++) {
    if (map[at] > 0) marked++;
    if (mask[at] > 0) masked++;
    if (map[at] > 0 && mask[at] > 0) both++;
  }
  return { marked, dice: marked + masked === 0 ? 1 : (2 * both) / (marked + masked) };
}
