import { readFile } from 'node:fs/promises';
import { LesionFrequency } from '@atoll/atlas/frequency';
import { mniSpace } from '@atoll/atlas/mni';
import { gzip } from '@atoll/volume/gzip';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';

const stem = `space-${mniSpace}_desc-lesionfrequency`;
export const frequencyMapName = `${stem}_map.nii.gz`;
export const frequencySideCarName = `${stem}_map.json`;

/**
 * How often each voxel is marked in a cohort, as files.
 * @param masks paths of the masks in MNI space.
 * @param leftOut cases that have a result and none in MNI space, for the sidecar.
 * @returns null where there is no mask.
 * @throws AtollError IMAGE_*
 */
export async function frequencyMapOf(
  masks: readonly string[],
  leftOut: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array> | null> {
  if (masks.length === 0) return null;
  const frequency = new LesionFrequency();
  // One at a time: a cohort's masks would not fit into memory together.
  for (const path of masks) frequency.add(await readNiftiMask(await readFile(path)));
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
    [frequencyMapName, await gzip(writeNifti(frequency.percent(), 'float32'))],
    [frequencySideCarName, new TextEncoder().encode(`${JSON.stringify(about, null, 2)}\n`)],
  ]);
}
