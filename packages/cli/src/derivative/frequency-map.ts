import { readFile } from 'node:fs/promises';
import { LesionFrequency } from '@atoll/atlas/frequency';
import { mniSpace } from '@atoll/atlas/mni';
import { frequencyPicture } from '@atoll/pictures/frequency-picture';
import { brightestOf } from '@atoll/pictures/grey-range';
import { packPicture, pngFile } from '@atoll/pictures/png';
import { gzip } from '@atoll/volume/gzip';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Volume } from '@atoll/volume/volume';

const stem = `space-${mniSpace}_desc-lesionfrequency`;
export const frequencyMapName = `${stem}_map.nii.gz`;
export const frequencySideCarName = `${stem}_map.json`;
export const frequencyPictureName = `${stem}_map.png`;

/**
 * How often each voxel is marked in a cohort, as files.
 * @param masks paths of the masks in MNI space.
 * @param leftOut cases that have a result and none in MNI space, for the sidecar.
 * @param dwis paths of the DWIs in MNI space, for the picture.
 * @returns null where there is no mask.
 * @throws AtollError IMAGE_*
 */
export async function frequencyMapOf(
  masks: readonly string[],
  leftOut: readonly string[],
  dwis: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array> | null> {
  if (masks.length === 0) return null;
  const frequency = new LesionFrequency();
  // One at a time: a cohort's masks would not fit into memory together.
  for (const path of masks) frequency.add(await readNiftiMask(await readFile(path)));
  const percent = frequency.percent();
  const about = {
    Description:
      'Lesion frequency: percentage of patients in whom a voxel is marked, from infarct masks affinely registered to MNI space.',
    SpatialReference: mniSpace,
    Resolution: '1 mm',
    Units: 'percent',
    Patients: frequency.patients,
    MostPatientsInOneVoxel: frequency.most,
    LeftOut: leftOut,
  };
  return new Map([
    [frequencyMapName, await gzip(writeNifti(percent, 'float32'))],
    [frequencyPictureName, pngFile(packPicture(frequencyPicture(percent, await meanOf(dwis))))],
    [frequencySideCarName, new TextEncoder().encode(`${JSON.stringify(about, null, 2)}\n`)],
  ]);
}

/** DWIs that the picture's background is the mean of: more make it no better. */
const mostForMean = 12;

/** The mean of DWIs, each with its brightest tissue at 1; null for none. */
async function meanOf(paths: readonly string[]): Promise<Volume | null> {
  let mean: Volume | null = null;
  const chosen = paths.slice(0, mostForMean);
  for (const path of chosen) {
    const { shape, affine, data } = await readNifti(await readFile(path));
    mean ??= { shape, affine, data: new Float32Array(data.length) };
    const share = 1 / (chosen.length * brightestOf(data));
    for (let at = 0; at < data.length; at++) mean.data[at] += share * data[at];
  }
  return mean;
}
