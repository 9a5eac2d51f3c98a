import { AtollError } from '@atoll/errors/error';
import { spacingMm, transformPoint } from './affine.ts';
import type { Grid } from './volume.ts';

/**
 * What can be the geometry of a head's images. Time and memory of most filters follow lengths in mm that a header
 * only claims, so that these bounds are also what keeps one wrong number from costing hours and gigabytes.
 */

/** Distance of neighbouring voxels, in mm: from well under any human scanner's to well over any slice gap. */
const spacingBoundsMm = { least: 0.05, most: 50 } as const;

/** Length of an image along each of its axes, in mm. A thin slab may be shorter along one of them. */
const fieldOfViewBoundsMm = { least: 30, most: 600 } as const;

/** What an image may take up altogether, in litres: a cube of 400 mm. A head has four or five. */
const largestBoxLitres = 64;

/** Voxels of one volume, 512 × 512 × 256: a whole head at 0.5 mm, well over any diffusion series' volume. */
export const mostVoxels = 1 << 26;

/** No voxel lies farther than this from the origin of the world, which scanners put into the magnet's middle. */
const farthestMm = 10_000;

/**
 * Could these be voxels of a person's image? For every image that is read, whatever it shows.
 * @param unit what the file says lengths are in, where that is not millimetres; goes into the sentence.
 * @throws AtollError IMAGE_TOO_LARGE, IMAGE_IMPLAUSIBLE_SPACING, IMAGE_IMPLAUSIBLE_SIZE, IMAGE_BAD_AFFINE
 */
export function checkGeometry(grid: Grid, unit?: string): void {
  const voxels = grid.shape.reduce((product, n) => product * n, 1);
  if (voxels > mostVoxels) {
    throw new AtollError(
      'IMAGE_TOO_LARGE',
      `The image has ${grid.shape.join(' × ')} voxels, which is more than Atoll accepts (${mostVoxels} in all).`,
    );
  }
  const spacing = spacingMm(grid.affine);
  const claimed = unit === undefined ? '' : ` (the header gives the unit as ${unit})`;
  if (spacing.some((mm) => !(mm >= spacingBoundsMm.least && mm <= spacingBoundsMm.most))) {
    throw new AtollError(
      'IMAGE_IMPLAUSIBLE_SPACING',
      `The voxels of the image are ${spoken(spacing)} mm apart${claimed}; Atoll accepts ${spacingBoundsMm.least} to ${spacingBoundsMm.most} mm.`,
    );
  }
  const extent = extentMm(grid);
  const litres = extent.reduce((product, mm) => product * mm, 1e-6);
  if (extent.some((mm) => mm > fieldOfViewBoundsMm.most) || litres > largestBoxLitres) {
    throw new AtollError(
      'IMAGE_IMPLAUSIBLE_SIZE',
      `The image measures ${spoken(extent)} mm${claimed}, which is more than a head; Atoll accepts up to ${fieldOfViewBoundsMm.most} mm along an axis and ${largestBoxLitres} litres in all.`,
    );
  }
  const [nx, ny, nz] = grid.shape;
  for (const corner of [[0, 0, 0] as const, [nx - 1, ny - 1, nz - 1] as const]) {
    if (transformPoint(grid.affine, corner).some((mm) => !(Math.abs(mm) <= farthestMm))) {
      throw new AtollError(
        'IMAGE_BAD_AFFINE',
        `The image is more than ${farthestMm / 1000} m from the scanner’s isocentre${claimed}.`,
      );
    }
  }
}

/**
 * The same, and large enough to show a head: for the images of a case. One axis may be shorter, for there are slabs
 * and single slices.
 * @throws AtollError as {@link checkGeometry}
 */
export function checkHeadGeometry(grid: Grid): void {
  checkGeometry(grid);
  const extent = extentMm(grid);
  if (extent.filter((mm) => mm < fieldOfViewBoundsMm.least).length > 1) {
    throw new AtollError(
      'IMAGE_IMPLAUSIBLE_SIZE',
      `The image measures ${spoken(extent)} mm, which is less than a head; Atoll needs ${fieldOfViewBoundsMm.least} mm along two axes at least.`,
    );
  }
}

function extentMm({ shape, affine }: Grid): number[] {
  return spacingMm(affine).map((mm, axis) => mm * shape[axis]);
}

function spoken(lengths: readonly number[]): string {
  return lengths.map((mm) => String(Number(mm.toPrecision(3)))).join(' × ');
}
