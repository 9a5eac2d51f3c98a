import type { Report } from '@atoll/contract/report';
import { areaOfSlices, largestSlice, slicesOfHead, slicesToShow } from '@atoll/pictures/chosen-slices';
import { brightestOf } from '@atoll/pictures/grey-range';
import { headExtent } from '@atoll/pictures/head-extent';
import { type KeyImages, keyPicture, positionMm, thumbnail } from '@atoll/pictures/key-picture';
import { packPicture, pngFile } from '@atoll/pictures/png';
import { invert, spacingMm, transformPoint, voxelVolumeMl } from '@atoll/volume/affine';
import { canonicalGrid, orientationCode, toCanonical } from '@atoll/volume/orientation';
import type { Mask, Volume } from '@atoll/volume/volume';
import type { DrawnImages, Fact, KeyPicture } from './document.ts';

export type StudyImages = {
  readonly dwi: Volume;
  readonly adc: Volume;
  readonly flair: Volume | null;
  /** On the grid of the DWI. */
  readonly mask: Mask;
};

/** Rows of three pictures a report. */
const most = 6;
const panelWidth = 288;
const thumbnailWidth = 144;
/** Lesions whose own largest slice is to be among the pictures. */
const foremost = 3;

/** Draws the slices that a report shows: those of the largest lesions, and others spread over all that is marked. */
export function drawImages({ dwi, adc, flair, mask }: StudyImages, { lesions }: Report): DrawnImages {
  const ordered = toCanonical(dwi);
  const canonical = canonicalGrid(dwi);
  const areas = areaOfSlices(toCanonical(mask));
  const sliceOf = (mm: readonly [number, number, number]) =>
    Math.round(transformPoint(invert(canonical.affine), mm)[2]);
  const wanted = lesions.slice(0, foremost).map(({ focusMm }) => sliceOf(focusMm));
  const marked = slicesToShow(areas, wanted, most);
  const shown = marked.length > 0 ? marked : slicesOfHead(signalOfSlices(ordered));
  const brightest = { dwi: brightestOf(dwi.data), adc: brightestOf(adc.data) };
  const images: KeyImages = {
    canonical,
    shown: headExtent(ordered, brightest.dwi),
    dwi,
    adc,
    mask,
    brightest,
  };
  const perVoxel = voxelVolumeMl(canonical.affine);
  const pictures = shown.map((index): KeyPicture => {
    const z = positionMm(canonical, index).toFixed(0).replace('-', '−');
    const area = areas[index] > 0 ? `${(areas[index] * perVoxel).toFixed(2)} mL marked` : 'nothing marked';
    const caption = `Slice ${index + 1} of ${canonical.shape[2]}, z = ${z} mm, ${area}`;
    return { picture: packPicture(keyPicture(images, index, panelWidth)), caption };
  });
  return { pictures, acquisition: acquisitionOf({ dwi, adc, flair }) };
}

/** The slice on which most is marked, or the middle of the head where nothing is, as a small PNG file. */
export function drawThumbnail({ dwi, mask }: Pick<StudyImages, 'dwi' | 'mask'>): Uint8Array<ArrayBuffer> {
  const ordered = toCanonical(dwi);
  const brightest = brightestOf(dwi.data);
  const middle = slicesOfHead(signalOfSlices(ordered));
  const index = largestSlice(areaOfSlices(toCanonical(mask))) ?? middle[Math.floor(middle.length / 2)];
  const images = { shown: headExtent(ordered, brightest), dwi, mask, brightest: { dwi: brightest, adc: 0 } };
  return pngFile(packPicture(thumbnail(images, index, thumbnailWidth)));
}

function signalOfSlices({ data, shape: [nx, ny, nz] }: Volume): number[] {
  return Array.from({ length: nz }, (_, k) => {
    let sum = 0;
    for (let at = nx * ny * k; at < nx * ny * (k + 1); at++) if (data[at] > 0) sum += data[at];
    return sum;
  });
}

function acquisitionOf({ dwi, adc, flair }: Pick<StudyImages, 'dwi' | 'adc' | 'flair'>): Fact[] {
  const named = [
    ['DWI grid', dwi],
    ['ADC grid', adc],
    ['FLAIR grid', flair],
  ] as const;
  return named.flatMap(([name, volume]): Fact[] =>
    volume === null ? [] : [{ name, value: gridText(volume) }],
  );
}

function gridText({ shape, affine }: Volume): string {
  const mm = spacingMm(affine).map((each) => Number(each.toFixed(2)));
  return `${shape.join(' × ')} voxels of ${mm.join(' × ')} mm, axes ${orientationCode(affine)}`;
}
