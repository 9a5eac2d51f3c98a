import { invert, scaling, transformPoint } from '@atoll/volume/affine';
import type { Affine, Grid, Mask, Vec3 } from '@atoll/volume/volume';
import { encodeDicom } from '../src/seg/encode.ts';
import type { Marking } from '../src/seg/placement.ts';
import { newUid } from '../src/seg/uid.ts';

/** How the slices of a made series lie, in DICOM's own terms: LPS+, mm. */
export type SeriesSpec = {
  readonly rows: number;
  readonly columns: number;
  readonly slices: number;
  /** Direction along a row, then down a column. */
  readonly orientation: readonly number[];
  /** Centre of the first pixel of the first slice. */
  readonly position: Vec3;
  /** From one row to the next, from one column to the next, from one slice to the next along the normal. */
  readonly spacingMm: Vec3;
  /** One volume each, in this order; null leaves the b-value out. */
  readonly bValues?: readonly (number | null)[];
  readonly imageType?: readonly string[];
  readonly seriesNumber?: number;
  readonly study?: Study;
};

export type Study = { readonly studyUid: string; readonly frameOfReferenceUid: string };

export const axial: SeriesSpec = {
  rows: 20,
  columns: 24,
  slices: 10,
  orientation: [1, 0, 0, 0, 1, 0],
  position: [-23, -19, 10],
  spacingMm: [2, 2, 4],
};

export const newStudy = (): Study => ({ studyUid: newUid(), frameOfReferenceUid: newUid() });

/** A series of single-frame MR images, one file a slice. */
export function makeSeries(spec: SeriesSpec): Uint8Array<ArrayBuffer>[] {
  const { bValues = [1000], imageType = ['ORIGINAL', 'PRIMARY'], study = newStudy() } = spec;
  const seriesUid = newUid();
  const pixels = new Uint16Array(spec.rows * spec.columns).fill(100).buffer;
  return bValues.flatMap((bValue, volume) =>
    Array.from({ length: spec.slices }, (_, slice) => {
      const instanceUid = newUid();
      const classUid = '1.2.840.10008.5.1.4.1.1.4';
      const dataset = {
        SOPClassUID: classUid,
        SOPInstanceUID: instanceUid,
        StudyInstanceUID: study.studyUid,
        SeriesInstanceUID: seriesUid,
        FrameOfReferenceUID: study.frameOfReferenceUid,
        PatientName: 'Muster^Jörg',
        PatientID: 'T-1',
        PatientBirthDate: '19500102',
        PatientSex: 'M',
        StudyID: '1',
        StudyDate: '20260102',
        StudyTime: '101112',
        Modality: 'MR',
        ImageType: imageType,
        SeriesNumber: spec.seriesNumber ?? 7,
        InstanceNumber: volume * spec.slices + slice + 1,
        ...(bValue === null ? {} : { DiffusionBValue: bValue }),
        Rows: spec.rows,
        Columns: spec.columns,
        ImagePositionPatient: slicePosition(spec, slice).map(decimal),
        ImageOrientationPatient: spec.orientation.map(decimal),
        PixelSpacing: [spec.spacingMm[0], spec.spacingMm[1]].map(decimal),
        SliceThickness: decimal(spec.spacingMm[2]),
        SamplesPerPixel: 1,
        PhotometricInterpretation: 'MONOCHROME2',
        BitsAllocated: 16,
        BitsStored: 16,
        HighBit: 15,
        PixelRepresentation: 0,
        PixelData: [pixels],
      };
      return encodeDicom({ classUid, instanceUid }, dataset, {});
    }),
  );
}

/** All of a series in one enhanced MR image, its slices as frames. */
export function makeEnhanced(spec: SeriesSpec): Uint8Array {
  const { studyUid, frameOfReferenceUid } = spec.study ?? newStudy();
  const [classUid, instanceUid] = ['1.2.840.10008.5.1.4.1.1.4.1', newUid()];
  const dataset = {
    SOPClassUID: classUid,
    SOPInstanceUID: instanceUid,
    StudyInstanceUID: studyUid,
    SeriesInstanceUID: newUid(),
    FrameOfReferenceUID: frameOfReferenceUid,
    PatientID: 'T-1',
    Modality: 'MR',
    ImageType: ['ORIGINAL', 'PRIMARY', 'DIFFUSION', 'NONE'],
    NumberOfFrames: spec.slices,
    Rows: spec.rows,
    Columns: spec.columns,
    SharedFunctionalGroupsSequence: [
      {
        PlaneOrientationSequence: [{ ImageOrientationPatient: spec.orientation.map(decimal) }],
        PixelMeasuresSequence: [{ PixelSpacing: [spec.spacingMm[0], spec.spacingMm[1]].map(decimal) }],
        MRDiffusionSequence: [{ DiffusionBValue: 1000, DiffusionDirectionality: 'ISOTROPIC' }],
      },
    ],
    PerFrameFunctionalGroupsSequence: Array.from({ length: spec.slices }, (_, slice) => ({
      PlanePositionSequence: [{ ImagePositionPatient: slicePosition(spec, slice).map(decimal) }],
    })),
    BitsAllocated: 16,
    PixelData: [new Uint16Array(spec.rows * spec.columns * spec.slices).buffer],
  };
  return encodeDicom({ classUid, instanceUid }, dataset, {});
}

/** The grid of a series as a converter may give it: axes in any order, forwards or backwards. */
export function gridOf(
  spec: SeriesSpec,
  order: readonly [axis: 0 | 1 | 2, backwards: boolean][] = [
    [0, false],
    [1, false],
    [2, false],
  ],
): Grid {
  const counts = [spec.columns, spec.rows, spec.slices];
  const [row, column, normal] = directions(spec);
  const steps = [
    scaled(row, spec.spacingMm[1]),
    scaled(column, spec.spacingMm[0]),
    scaled(normal, spec.spacingMm[2]),
  ];
  let origin = spec.position;
  const axes = order.map(([axis, backwards]) => {
    if (!backwards) return steps[axis];
    origin = sum(origin, scaled(steps[axis], counts[axis] - 1));
    return scaled(steps[axis], -1);
  });
  const toRas = [-1, -1, 1];
  const affineRow = (n: 0 | 1 | 2) =>
    [toRas[n] * axes[0][n], toRas[n] * axes[1][n], toRas[n] * axes[2][n], toRas[n] * origin[n]] as const;
  const affine: Affine = [affineRow(0), affineRow(1), affineRow(2)];
  return { shape: [counts[order[0][0]], counts[order[1][0]], counts[order[2][0]]], affine };
}

/** Marks what lies within a radius of a point of the world (RAS+). */
export function paintBall(grid: Grid, centre: Vec3, radiusMm: number): Mask {
  const [nx, ny, nz] = grid.shape;
  const data = new Uint8Array(nx * ny * nz);
  for (let k = 0, at = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++) {
        const [x, y, z] = transformPoint(grid.affine, [i, j, k]);
        if (Math.hypot(x - centre[0], y - centre[1], z - centre[2]) < radiusMm) data[at] = 1;
      }
  return { ...grid, data };
}

/** Indices of the marked voxels. */
export function markedVoxels({ data }: Marking): number[] {
  return [...data.keys()].filter((at) => data[at] > 0);
}

/**
 * Indices of the voxels at points of DICOM's world (LPS+), in order.
 * @throws Error when a point is farther than a thousandth of a millimetre from the centre of a voxel.
 */
export function voxelsAt(
  points: readonly (readonly number[])[],
  { affine, shape: [nx, ny] }: Grid,
): number[] {
  const toVoxel = invert(affine);
  const found = points.map(([x, y, z]) => {
    const [i, j, k] = transformPoint(toVoxel, [-x, -y, z]).map(Math.round);
    const centre = transformPoint(affine, [i, j, k]);
    const offMm = Math.hypot(centre[0] + x, centre[1] + y, centre[2] - z);
    if (!(offMm < 1e-3)) throw new Error(`A marked pixel lies ${offMm} mm from the nearest voxel.`);
    return i + nx * (j + ny * k);
  });
  return found.sort((one, other) => one - other);
}

/** A grid of the same shape that lies elsewhere. */
export function unrelatedGrid({ shape }: Grid): Grid {
  return { shape, affine: scaling([2.5, 2.5, 5]) };
}

function slicePosition(spec: SeriesSpec, slice: number): Vec3 {
  return sum(spec.position, scaled(directions(spec)[2], slice * spec.spacingMm[2]));
}

function directions({ orientation: [a, b, c, d, e, f] }: SeriesSpec): readonly [Vec3, Vec3, Vec3] {
  return [
    [a, b, c],
    [d, e, f],
    [b * f - c * e, c * d - a * f, a * e - b * d],
  ];
}

const scaled = ([x, y, z]: Vec3, by: number): Vec3 => [x * by, y * by, z * by];
const sum = (one: Vec3, other: Vec3): Vec3 => [one[0] + other[0], one[1] + other[1], one[2] + other[2]];

function decimal(value: number): string {
  return String(Number(value.toFixed(10)));
}
