import { AtollError } from '@atoll/errors/error';
import type { Grid, Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { writeSegmentation } from '../src/seg/segmentation.ts';
import { readSourceSlices, type SourceSlice } from '../src/seg/source-slice.ts';
import { faults, readWithPydicom } from './read-back.ts';
import {
  axial,
  gridOf,
  makeEnhanced,
  makeSeries,
  markedVoxels,
  newStudy,
  paintBall,
  type SeriesSpec,
  unrelatedGrid,
  voxelsAt,
} from './source-series.ts';

const readAll = (files: readonly Uint8Array[]): SourceSlice[] => files.flatMap(readSourceSlices);
const segment = (mask: Parameters<typeof writeSegmentation>[0]['mask'], sources: readonly SourceSlice[]) =>
  writeSegmentation({
    mask,
    sources,
    algorithm: { name: 'diffusion', version: '2.1' },
    atollVersion: '0.1.0',
  });
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof AtollError) return thrown.code;
    throw thrown;
  }
  return 'none';
};

/** Left is x < 0 in RAS+; the ball is off the middle in every axis, so that no flip goes unseen. */
const left: Vec3 = [-12, 6, 24];
/** Turned about two axes; unit vectors at a right angle to each other. */
const oblique = [0.96, 0.28, 0, -0.224, 0.768, 0.6];
const sagittal: SeriesSpec = {
  ...axial,
  ...{ rows: 20, columns: 18, slices: 14, position: [23, -17, 46], spacingMm: [2, 2, 4] },
  orientation: [0, 1, 0, 0, 0, -1],
};
const coronal: SeriesSpec = {
  ...axial,
  ...{ rows: 18, columns: 24, slices: 12, position: [-23, -21, 46], spacingMm: [2, 2, 4] },
  orientation: [1, 0, 0, 0, 0, -1],
};
const feetLast: SeriesSpec = { ...axial, position: [23, -19, 46], orientation: [-1, 0, 0, 0, 1, 0] };

const tilted: SeriesSpec = { ...axial, orientation: oblique, position: [-10, -26, 2] };

const asStored: Grid = gridOf(axial);
const byConverter = (spec: SeriesSpec) =>
  gridOf(spec, [
    [0, false],
    [1, true],
    [2, false],
  ]);

describe('a segmentation', () => {
  const cases: readonly [name: string, spec: SeriesSpec, grid: Grid][] = [
    ['axial slices, the mask in their own order', axial, asStored],
    ['axial slices, rows turned as converters do', axial, byConverter(axial)],
    [
      'axial slices, a mask whose x axis is positive',
      axial,
      gridOf(axial, [
        [0, true],
        [1, true],
        [2, false],
      ]),
    ],
    [
      'axial slices, axes of the mask permuted and turned',
      axial,
      gridOf(axial, [
        [2, true],
        [0, true],
        [1, false],
      ]),
    ],
    ['slices from head to feet, columns from left to right', feetLast, byConverter(feetLast)],
    ['oblique slices', tilted, byConverter(tilted)],
    ['sagittal slices', sagittal, byConverter(sagittal)],
    ['coronal slices', coronal, byConverter(coronal)],
  ];

  it.each(cases)('leaves the left on the left: %s', (_, spec, grid) => {
    const mask = paintBall(grid, left, 9);
    // Files come in any order.
    const sources = readAll(makeSeries(spec).reverse());
    const [seg] = readWithPydicom([segment(mask, sources)]);
    expect(seg.points.length).toBeGreaterThan(50);
    expect(voxelsAt(seg.points, mask)).toEqual(markedVoxels(mask));
    // In DICOM's LPS+ the patient's left is x > 0.
    expect(Math.min(...seg.points.map(([x]) => x))).toBeGreaterThan(0);
    expect(seg.frames.every(({ marked }) => marked > 0)).toBe(true);
    for (const frame of seg.frames) {
      const source = sources.find(({ sopInstanceUid }) => sopInstanceUid === frame.source);
      expect(source?.position.map(Number)).toEqual(frame.position);
    }
  });

  it('belongs to the patient, the study and the frame of reference of its source', () => {
    const sources = readAll(makeSeries(axial));
    const [{ points, frames, ...seg }] = readWithPydicom([segment(paintBall(asStored, left, 9), sources)]);
    expect(seg).toMatchObject({
      sopClass: 'Segmentation Storage',
      type: 'BINARY',
      segments: 1,
      property: 'Infarct',
      algorithm: 'diffusion 2.1',
      patient: 'Muster^Jörg',
      patientId: 'T-1',
      study: sources[0].studyUid,
      frameOfReference: sources[0].frameOfReferenceUid,
      referencedSeries: sources[0].seriesUid,
      referencedInstances: sources.map(({ sopInstanceUid }) => sopInstanceUid),
    });
    expect(seg.description).toContain('research only');
    expect(seg.series).not.toBe(sources[0].seriesUid);
    expect(frames.map(({ index }) => index)).toEqual(frames.map((_, at) => [1, at + 1]));
  });

  it('has nothing that dciodvfy objects to', () => {
    const sources = readAll(makeSeries(axial));
    expect(faults(segment(paintBall(asStored, left, 9), sources))).toEqual([]);
    expect(faults(segment(paintBall(asStored, left, 0), sources))).toEqual([]);
    const drawn = { mask: paintBall(asStored, left, 9), sources, algorithm: null, atollVersion: '0.1.0' };
    expect(faults(writeSegmentation(drawn))).toEqual([]);
  });

  it('of an empty mask is one empty frame', () => {
    const [seg] = readWithPydicom([segment(paintBall(asStored, left, 0), readAll(makeSeries(axial)))]);
    expect(seg.frames.map(({ marked }) => marked)).toEqual([0]);
    expect(seg.points).toEqual([]);
    expect(seg.referencedInstances).toHaveLength(axial.slices);
  });

  it('refers to the frames of an enhanced image', () => {
    const sources = readSourceSlices(makeEnhanced(tilted));
    const mask = paintBall(byConverter(tilted), left, 9);
    const [seg] = readWithPydicom([segment(mask, sources)]);
    expect(voxelsAt(seg.points, mask)).toEqual(markedVoxels(mask));
    expect(seg.referencedInstances).toEqual([sources[0].sopInstanceUid]);
    for (const frame of seg.frames) {
      expect(frame.position).toEqual(sources[frame.sourceFrame - 1].position.map(Number));
    }
  });
});

describe('of several volumes on the same slices', () => {
  const mask = paintBall(asStored, left, 9);
  const referred = (files: readonly Uint8Array[]) => {
    const sources = readAll(files);
    const [seg] = readWithPydicom([segment(mask, sources)]);
    return seg.referencedInstances.map((uid) => sources.find(({ sopInstanceUid }) => sopInstanceUid === uid));
  };

  it('the first of the highest b-value is referred to', () => {
    const found = referred(makeSeries({ ...axial, bValues: [0, 1000, 1000, 0] }));
    expect(found.map((slice) => slice?.instanceNumber)).toEqual(
      Array.from({ length: axial.slices }, (_, at) => axial.slices + at + 1),
    );
  });

  it('a trace is referred to rather than single directions, and either rather than an ADC map', () => {
    const study = newStudy();
    const adc = makeSeries({
      ...axial,
      study,
      bValues: [null],
      imageType: ['DERIVED', 'PRIMARY', 'DIFFUSION', 'ADC'],
    });
    const directions = makeSeries({ ...axial, study, bValues: [0, 2000] });
    const trace = makeSeries({
      ...{ ...axial, study, bValues: [1000], seriesNumber: 8 },
      imageType: ['DERIVED', 'PRIMARY', 'DIFFUSION', 'TRACEW'],
    });
    expect(new Set(referred([...adc, ...directions, ...trace]).map((slice) => slice?.seriesNumber))).toEqual(
      new Set([8]),
    );
    const without = referred([...adc, ...directions]);
    expect(new Set(without.map((slice) => slice?.diffusion.bValue))).toEqual(new Set([2000]));
  });
});

describe('a mask that cannot refer to the series', () => {
  const mask = paintBall(asStored, left, 9);

  it('is refused where it lies on other voxels', () => {
    const elsewhere = paintBall(unrelatedGrid(asStored), [12, 12, 12], 9);
    expect(codeOf(() => segment(elsewhere, readAll(makeSeries(axial))))).toBe('SEG_GRID_DIFFERS');
  });

  it('is refused where it is shifted by a tenth of a millimetre', () => {
    const [x, y, z] = mask.affine;
    const shifted = { ...mask, affine: [[x[0], x[1], x[2], x[3] + 0.1], y, z] as const };
    expect(codeOf(() => segment(shifted, readAll(makeSeries(axial))))).toBe('SEG_GRID_DIFFERS');
  });

  it('is refused where a slice on which it is marked is missing', () => {
    const files = makeSeries(axial);
    files.splice(4, 1);
    expect(codeOf(() => segment(mask, readAll(files)))).toBe('SEG_GRID_DIFFERS');
  });

  it('is refused where two examinations fit', () => {
    const sources = readAll([...makeSeries(axial), ...makeSeries(axial)]);
    expect(codeOf(() => segment(mask, sources))).toBe('SEG_SOURCE_AMBIGUOUS');
  });

  it('is refused where the slices are tiles of a mosaic', () => {
    const mosaics = makeSeries({ ...axial, imageType: ['ORIGINAL', 'PRIMARY', 'M', 'ND', 'MOSAIC'] });
    expect(() => segment(mask, readAll(mosaics))).toThrow('mosaic images');
  });

  it('is refused where there is no image in space', () => {
    expect(codeOf(() => segment(mask, []))).toBe('SEG_SOURCE_MISSING');
  });

  it('is refused, in words, where the slices have no frame of reference that it could refer to', () => {
    const unframed = makeSeries({ ...axial, study: { ...newStudy(), frameOfReferenceUid: '' } });
    expect(() => segment(mask, readAll(unframed))).toThrow('frame of reference');
  });
});
