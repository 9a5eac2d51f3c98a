import { spacingMm } from '@atoll/volume/affine';
import { toCanonical } from '@atoll/volume/orientation';
import type { Candidate } from './candidate.ts';
import { takeSample } from './sample.ts';

export type Thumbnail = {
  readonly width: number;
  readonly height: number;
  /** One byte a pixel, black to white, rows from the top. */
  readonly pixels: Uint8ClampedArray;
};

export type ThumbnailOptions = {
  /** Which volume, from 0. */
  readonly volume?: number;
  /** The longer side, in pixels. */
  readonly size?: number;
  /** Radiological shows the patient's right on the left of the picture, neurological on the right. */
  readonly convention?: 'radiological' | 'neurological';
};

/**
 * The middle axial slice, the patient's front at the top, pixels square in mm; by the affine, however voxels are
 * stored. @throws AtollError as `Candidate.open`
 */
export async function thumbnail(
  candidate: Candidate,
  { volume = 0, size = 96, convention = 'radiological' }: ThumbnailOptions = {},
): Promise<Thumbnail> {
  const stored = await (await candidate.open()).volume(volume);
  const { shape, affine, data } = toCanonical(stored);
  const [nx, ny, nz] = shape;
  const [dx, dy] = spacingMm(affine);
  const mmPerPixel = Math.max(nx * dx, ny * dy) / size;
  const width = Math.max(1, Math.round((nx * dx) / mmPerPixel));
  const height = Math.max(1, Math.round((ny * dy) / mmPerPixel));
  const slice = nx * ny * (nz >> 1);
  const { high } = takeSample(stored);
  const white = high > 0 ? high : 1;
  const pixels = new Uint8ClampedArray(width * height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const right = Math.min(nx - 1, Math.floor(((column + 0.5) * nx) / width));
      const x = convention === 'radiological' ? nx - 1 - right : right;
      const y = ny - 1 - Math.min(ny - 1, Math.floor(((row + 0.5) * ny) / height));
      pixels[row * width + column] = (255 * data[slice + y * nx + x]) / white;
    }
  return { width, height, pixels };
}
