import { transformPoint } from '@atoll/volume/affine';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Affine, Grid, Volume } from '@atoll/volume/volume';

/** 4 mm voxels, the first index running to the patient's left, as scanners store it. */
export const leftward: Affine = [
  [-4, 0, 0, 78],
  [0, 4, 0, -98],
  [0, 0, 4, -58],
];

/** Turned by 20° about x and 10° about z. */
export const oblique: Affine = [
  [-3.939, -0.653, 0.238, 91],
  [-0.695, 3.702, -1.347, -58],
  [0, -1.368, 3.759, -22],
];

export const headGrid: Grid = { shape: [40, 50, 30], affine: leftward };

/** What a head of one tissue, CSF in its ventricles and scalp shows; `lesion` lies in the patient's right half. */
type Place = 'air' | 'tissue' | 'csf' | 'lesion';

function placeAt(grid: Grid, i: number, j: number, k: number): Place {
  const [x, y, z] = transformPoint(grid.affine, [i, j, k]);
  if ((x / 65) ** 2 + (y / 85) ** 2 + (z / 55) ** 2 > 1) return 'air';
  if (Math.hypot(Math.abs(x) - 10, y / 2.5, z / 1.2) < 12) return 'csf';
  return Math.hypot(x - 35, y - 5, z - 5) < 14 ? 'lesion' : 'tissue';
}

const adcMm2PerS = { air: 0, tissue: 0.8e-3, csf: 3e-3, lesion: 0.4e-3 };
const signalAtB0 = { air: 0, tissue: 300, csf: 1100, lesion: 330 };

function head(grid: Grid, valueAt: (place: Place, at: number) => number): Volume {
  const [nx, ny, nz] = grid.shape;
  const data = new Float32Array(nx * ny * nz);
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++) data[at] = valueAt(placeAt(grid, i, j, k), at);
  return { ...grid, data };
}

/** Repeatable and without a pattern, 0.97–1.03: tissue is never all of one value. */
function unevenness(at: number): number {
  return 1 + 0.03 * Math.sin(at * 12.9898 + (at % 97) * 78.233);
}

/** The signal at a b-value (s/mm²); directions differ in tissue, and their geometric mean is the trace. */
export function signalHead(bValue: number, grid: Grid = headGrid, direction?: 0 | 1 | 2): Volume {
  const anisotropy = direction === undefined ? 1 : [1.3, 1, 0.7][direction];
  return head(grid, (place, at) => {
    const adc = place === 'tissue' ? adcMm2PerS[place] * anisotropy : adcMm2PerS[place];
    return signalAtB0[place] * Math.exp(-bValue * adc) * unevenness(at);
  });
}

/** ADC in mm²/s times `factor`. */
export function adcHead(factor: number, grid: Grid = headGrid): Volume {
  return head(grid, (place, at) => adcMm2PerS[place] * factor * unevenness(at * 3));
}

/** Where the lesion of `signalHead` and `adcHead` lies. */
export function lesionMask(grid: Grid = headGrid): Volume {
  return head(grid, (place) => (place === 'lesion' ? 1 : 0));
}

/** A NIfTI file of another program than Atoll: its description says nothing. */
export function drawnElsewhere(file: Uint8Array): Uint8Array {
  return file.slice().fill(0, 148, 228);
}

/** Several volumes in one NIfTI file of 32-bit floats. */
export function nifti4d(volumes: readonly Volume[]): Uint8Array {
  const first = writeNifti(volumes[0], 'float32');
  const voxels = first.length - 352;
  const out = new Uint8Array(352 + voxels * volumes.length);
  out.set(first);
  const view = new DataView(out.buffer);
  view.setInt16(40, 4, true);
  view.setInt16(48, volumes.length, true);
  for (const [at, volume] of volumes.entries()) {
    out.set(writeNifti(volume, 'float32').subarray(352), 352 + at * voxels);
  }
  return out;
}
