import { geometryOf, type StackGeometry } from '@atoll/dicom/stack-geometry';
import { normalOf, type Stack } from '@atoll/dicom/stacks';
import { AtollError } from '@atoll/errors/error';
import { placedNifti } from '@atoll/volume/nifti-placed';
import { readNifti } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Affine, AffineRow, Vec3 } from '@atoll/volume/volume';
import type { Caution } from './caution.ts';

/** A converted volume where its headers place it. */
export type StackImage = { readonly nifti: Uint8Array; readonly cautions: readonly Caution[] };

/** The converter's affine may differ from the headers by rounding. */
const placeToleranceMm = 0.1;

/**
 * Lays a converted volume where the headers of its slices say: sheared slices get a sheared affine, and gaps and uneven
 * steps an even grid between whose neighbours is interpolated. Each is told.
 * @throws AtollError DICOM_UNREADABLE where the slices lie on no grid, or not all of them were converted.
 */
export async function stackImage(nifti: Uint8Array, stack: Stack<unknown>): Promise<StackImage> {
  const image = await readNifti(nifti);
  const geometry = geometryOf(stack);
  const count = stack.slices.length;
  if (image.shape[2] !== count) {
    throw new AtollError(
      'DICOM_UNREADABLE',
      `Of ${count} slices the converter produced ${image.shape[2]}; the series cannot be used.`,
    );
  }
  if (geometry.isScattered) {
    throw new AtollError(
      'DICOM_UNREADABLE',
      'Its slices are irregularly displaced relative to one another, so lesion positions cannot be determined.',
    );
  }
  if (count < 2) return { nifti, cautions: [] };
  const cautions = cautionsOf(stack, geometry);
  const ascending = risesAlong(image.affine, stack);
  const at = (slice: number) => lpsToRas(stack.slices[slice].place.position);
  const [bottom, top] = [at(0), at(count - 1)];
  const isEven = geometry.gapsMm.length === 0 && !geometry.isUneven;
  const slices = isEven ? count : evenCount(stack, geometry);
  const step: Vec3 = [0, 1, 2].reduce<[number, number, number]>(
    (sum, axis) => {
      sum[axis] = ((top[axis] - bottom[axis]) / (slices - 1)) * (ascending ? 1 : -1);
      return sum;
    },
    [0, 0, 0],
  );
  const affine = withColumn(image.affine, step);
  if (isEven) {
    const differs = image.affine.some(
      (row, axis) => Math.abs(row[2] - affine[axis][2]) * count > placeToleranceMm,
    );
    if (!differs) return { nifti, cautions };
    return { nifti: placedNifti(nifti, affine), cautions };
  }
  const data = evenSlices(image, stack.heightsMm, slices, ascending);
  return {
    nifti: writeNifti({ shape: [image.shape[0], image.shape[1], slices], affine, data }, 'float32'),
    cautions,
  };
}

function cautionsOf(
  { heightsMm }: Stack<unknown>,
  { gapsMm, isUneven, shearMm, spacingMm }: StackGeometry,
): Caution[] {
  const cautions: Caution[] = [];
  const serious = (message: string) =>
    cautions.push({ code: 'GEOMETRY_IRREGULAR', severity: 'serious', message });
  if (gapsMm.length > 0) {
    const where = gapsMm
      .slice(0, 4)
      .map((height) => `${height.toFixed(1)} mm`)
      .join(', ');
    serious(
      `${gapsMm.length} of ${heightsMm.length + gapsMm.length} slices ${gapsMm.length === 1 ? 'is' : 'are'} missing (at ${where}${gapsMm.length > 4 ? ' and further' : ''} along the slice direction). The gap was interpolated from the neighbouring slices; a lesion there cannot be seen.`,
    );
  }
  if (isUneven) {
    const steps = heightsMm.slice(1).map((height, at) => height - heightsMm[at]);
    serious(
      `The slices are not evenly spaced (${Math.min(...steps).toFixed(1)} to ${Math.max(...steps).toFixed(1)} mm apart); they were interpolated onto a regular grid.`,
    );
  }
  if (shearMm !== null) {
    serious(
      `The slices are sheared, as by a tilted gantry: each is offset by ${Math.hypot(...shearMm).toFixed(2)} mm from the one below it, at ${spacingMm.toFixed(1)} mm spacing. They are positioned as their headers say.`,
    );
  }
  return cautions;
}

/** Does the image's third index rise as the stack's heights do? */
function risesAlong(affine: Affine, { slices }: Stack<unknown>): boolean {
  const [x, y, z] = lpsToRas(normalOf(slices[0].place));
  return affine[0][2] * x + affine[1][2] * y + affine[2][2] * z > 0;
}

function lpsToRas([x, y, z]: Vec3): Vec3 {
  return [-x, -y, z];
}

function withColumn(affine: Affine, step: Vec3): Affine {
  const row = (axis: 0 | 1 | 2): AffineRow => {
    const [a, b, , d] = affine[axis];
    return [a, b, step[axis], d];
  };
  return [row(0), row(1), row(2)];
}

function evenCount({ heightsMm }: Stack<unknown>, { spacingMm }: StackGeometry): number {
  const span = heightsMm[heightsMm.length - 1] - heightsMm[0];
  return Math.max(2, Math.min(4 * heightsMm.length, Math.round(span / spacingMm) + 1));
}

/** Nearer than this share of a step, an even height is a slice's own. */
const wholeSlice = 0.02;

/** The slices interpolated to even heights between the first and the last. */
function evenSlices(
  { data, shape: [nx, ny] }: { readonly data: Float32Array; readonly shape: Vec3 },
  heightsMm: readonly number[],
  count: number,
  ascending: boolean,
): Float32Array {
  const plane = nx * ny;
  const out = new Float32Array(plane * count);
  const given = heightsMm.length;
  const stored = (slice: number) => (ascending ? slice : given - 1 - slice) * plane;
  let below = 0;
  for (let slice = 0; slice < count; slice++) {
    const height = heightsMm[0] + (slice * (heightsMm[given - 1] - heightsMm[0])) / (count - 1);
    while (below < given - 2 && heightsMm[below + 1] <= height) below++;
    const place = (height - heightsMm[below]) / (heightsMm[below + 1] - heightsMm[below]);
    // A slice that is there stays as it is; headers round.
    const share = place < wholeSlice ? 0 : place > 1 - wholeSlice ? 1 : place;
    const [low, high] = [stored(below), stored(below + 1)];
    const target = (ascending ? slice : count - 1 - slice) * plane;
    for (let at = 0; at < plane; at++)
      out[target + at] = (1 - share) * data[low + at] + share * data[high + at];
  }
  return out;
}
