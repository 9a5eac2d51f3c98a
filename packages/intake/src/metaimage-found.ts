import { AtollError } from '@atoll/errors/error';
import { metaImageAsNifti, parseMetaImageHeader } from '@atoll/volume/metaimage';
import type { InputFile } from './input-file.ts';
import type { Found } from './looked.ts';
import { checkFileSize, checkImageSize, niftiCandidate } from './nifti-candidate.ts';
import { bValuesOf, type SideCars } from './nifti-found.ts';
import { parseSideCar } from './sidecar.ts';

const headerBytes = 1 << 16;

/**
 * A MetaImage, with its voxels in the same file or in one beside it.
 * @param beside the file of that name in the same folder, if it was given.
 * @throws AtollError IMAGE_*, FILE_UNREADABLE
 */
export async function metaImageFound(
  file: InputFile,
  beside: (name: string) => InputFile | undefined,
  sideCars: SideCars,
): Promise<Found> {
  const { header, end } = parseMetaImageHeader(await file.read({ start: 0, end: headerBytes }));
  const { shape, volumes, voxelType, dataFile } = header;
  checkImageSize(shape, volumes, voxelType.bytes);
  const voxels = dataFile === null ? file : beside(dataFile);
  if (voxels === undefined) {
    throw new AtollError('IMAGE_TRUNCATED', 'The voxel file of this MetaImage is missing.');
  }
  checkFileSize(voxels.sizeBytes);
  const readBytes = async () => {
    const stored = await voxels.read(dataFile === null ? { start: end, end: voxels.sizeBytes } : undefined);
    return metaImageAsNifti(header, stored);
  };
  const stem = file.path.replace(/\.mh[ad]$/i, '');
  const [json, bval] = await Promise.all(['json', 'bval'].map((ending) => sideCars.text(stem, ending)));
  const sideCar = json === null ? null : parseSideCar(json.text);
  const others = [dataFile === null ? null : voxels, json, bval];
  const found = await niftiCandidate(readBytes, {
    name: stem,
    source: 'metaimage',
    ownWork: false,
    paths: [file.path, ...others.flatMap((each) => (each === null ? [] : [each.path]))],
    seriesDescription: sideCar?.seriesDescription ?? null,
    suffix: null,
    sideCar,
    dicom: null,
    bValuesFor: (count) => bValuesOf(bval, count),
  });
  return { ...found, sideKnown: header.directionKnown };
}
