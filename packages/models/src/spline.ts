import { type Block, eachAxis, sizeOf, stridesOf } from './block.ts';

export type Order = 0 | 1 | 3;
/** Which points of two grids coincide: the outer faces of the field of view, or the first voxel's centre. */
export type Aligned = 'faces' | 'centres';

/** How far the edge's value goes on for the spline; its influence fades by 0.27 a voxel (scipy pads by as many). */
const pad = 12;
/** The pole of the cubic B-spline (Unser 1999). */
const pole = Math.sqrt(3) - 2;

/**
 * Resizes a block along one axis by an interpolating B-spline (order 3), linearly (1) or by the nearest voxel (0).
 * With the edge's value going on beyond it, as scipy.ndimage has it in `zoom(grid_mode=True, mode='nearest')` and in
 * `map_coordinates(mode='nearest')`. A spline of several axes is one after the other of each.
 * @param ratio length of a new voxel in old ones; the shapes' own ratio where the faces are to coincide.
 */
export function resizeAxis(
  { shape, data }: Block,
  axis: 0 | 1 | 2,
  length: number,
  order: Order,
  ratio = shape[axis] / length,
  aligned: Aligned = 'faces',
): Block {
  const from = shape[axis];
  if (from === length && ratio === 1) return { shape, data };
  const target = eachAxis((each) => (each === axis ? length : shape[each]));
  const out = new Float32Array(sizeOf(target));
  const [outer, inner] = [1, 2].map((step) => (axis + step) % 3);
  const [stride, outStride] = [stridesOf(shape), stridesOf(target)];
  const places = Float64Array.from({ length }, (_, i) =>
    aligned === 'faces' ? (i + 0.5) * ratio - 0.5 : i * ratio,
  );
  const line = new Float64Array(from);
  const resample = lineResampler(line, places, order);
  const resized = new Float64Array(length);
  for (let o = 0; o < shape[outer]; o++)
    for (let i = 0; i < shape[inner]; i++) {
      const start = o * stride[outer] + i * stride[inner];
      const outStart = o * outStride[outer] + i * outStride[inner];
      for (let k = 0; k < from; k++) line[k] = data[start + k * stride[axis]];
      resample(resized);
      for (let k = 0; k < length; k++) out[outStart + k * outStride[axis]] = resized[k];
    }
  return { shape: target, data: out };
}

/** Reads `line` anew each time that it is called. */
function lineResampler(line: Float64Array, places: Float64Array, order: Order): (out: Float64Array) => void {
  const last = line.length - 1;
  const within = (at: number) => Math.max(0, Math.min(last, at));
  if (order === 0) {
    const nearest = Int32Array.from(places, (place) => within(Math.floor(place + 0.5)));
    return (out) => {
      for (let i = 0; i < out.length; i++) out[i] = line[nearest[i]];
    };
  }
  if (order === 1) {
    const low = Int32Array.from(places, (place) => Math.floor(place));
    return (out) => {
      for (let i = 0; i < out.length; i++) {
        const share = places[i] - low[i];
        out[i] = line[within(low[i])] * (1 - share) + line[within(low[i] + 1)] * share;
      }
    };
  }
  const coefficients = new Float64Array(line.length + 2 * pad);
  const first = Int32Array.from(places, (place) => Math.floor(place) - 1 + pad);
  const weights = Float64Array.from({ length: 4 * places.length }, (_, at) => {
    const share = places[at >> 2] - Math.floor(places[at >> 2]);
    return cubicWeight(Math.abs(share - ((at & 3) - 1)));
  });
  return (out) => {
    coefficients.fill(line[0], 0, pad);
    coefficients.set(line, pad);
    coefficients.fill(line[last], pad + line.length);
    toCoefficients(coefficients);
    for (let i = 0; i < out.length; i++) {
      let sum = 0;
      for (let tap = 0; tap < 4; tap++) sum += weights[4 * i + tap] * coefficients[first[i] + tap];
      out[i] = sum;
    }
  };
}

/** The cubic B-spline at a distance. */
function cubicWeight(distance: number): number {
  if (distance < 1) return (4 - 6 * distance ** 2 + 3 * distance ** 3) / 6;
  return distance < 2 ? (2 - distance) ** 3 / 6 : 0;
}

/** Samples to B-spline coefficients in place, the ends mirrored at the edge's face: there they are constant anyway. */
function toCoefficients(values: Float64Array): void {
  const n = values.length;
  for (let i = 0; i < n; i++) values[i] *= (1 - pole) * (1 - 1 / pole);
  // The sum over a mirrored line; powers of the pole are nothing after fifty.
  let sum = 0;
  let power = pole;
  for (let i = 0; i < Math.min(n, 50); i++, power *= pole) sum += power * values[i];
  values[0] += sum;
  for (let i = 1; i < n; i++) values[i] += pole * values[i - 1];
  values[n - 1] *= pole / (pole - 1);
  for (let i = n - 2; i >= 0; i--) values[i] = pole * (values[i + 1] - values[i]);
}
