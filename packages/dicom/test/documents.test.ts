import type { Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { writeEncapsulatedPdf } from '../src/document/encapsulated-pdf.ts';
import { writeSegmentation } from '../src/seg/segmentation.ts';
import { readSourceSlices } from '../src/seg/source-slice.ts';
import { type MeasurementRequest, writeMeasurementReport } from '../src/sr/measurement-report.ts';
import { faults, readDocuments, readWithPydicom } from './read-back.ts';
import { axial, gridOf, makeSeries, paintBall } from './source-series.ts';

const left: Vec3 = [-12, 6, 24];
const algorithm = { name: 'diffusion', version: '2.0.0' };
const mask = paintBall(gridOf(axial), left, 9);
const sources = makeSeries(axial).flatMap(readSourceSlices);
const segmentation = writeSegmentation({ mask, sources, algorithm, atollVersion: '0.1.0' });

const lesion = {
  volumeMl: 12.345678,
  meanAdcMm2PerS: 0.00048,
  minAdcMm2PerS: 0.0003,
  sites: [
    { structure: 'insula', side: 'left' },
    { structure: 'centrum semiovale', side: 'left' },
    { structure: 'pons', side: 'midline' },
  ],
  place: 'left MCA, insula',
} as const;
const request: MeasurementRequest = {
  segmentation,
  mask: lesion,
  lesions: [lesion, { ...lesion, meanAdcMm2PerS: null, minAdcMm2PerS: null, sites: [] }],
  algorithm,
  atollVersion: '0.1.0',
  remark: 'Not reviewed. Research only.',
};
const report = writeMeasurementReport(request);
const none = { ...lesion, volumeMl: 0, meanAdcMm2PerS: null, minAdcMm2PerS: null, sites: [] };
const pdf = new TextEncoder().encode('%PDF-1.7 a report of odd length');
const encapsulated = (namesSubject = false) =>
  writeEncapsulatedPdf({ pdf, segmentation, namesSubject, atollVersion: '0.1.0' });

describe('a structured report', () => {
  const [seg] = readWithPydicom([segmentation]);
  const [read] = readDocuments([report]);
  const all = (name: string) => read.items.filter((item) => item.name === name).map(({ value }) => value);

  it('belongs to the patient and the study of the segmentation, and nobody has verified it', () => {
    expect(read).toMatchObject({
      sopClass: 'Comprehensive SR Storage',
      modality: 'SR',
      patient: 'Muster^Jörg',
      study: seg.study,
      verification: 'UNVERIFIED',
      referencedInstances: [seg.instance],
    });
    expect([seg.series, sources[0].seriesUid]).not.toContain(read.series);
  });

  it('measures the mask and each lesion as a region of the segment', () => {
    expect(all('Measurement Group')).toHaveLength(3);
    expect(all('Tracking Identifier')).toEqual(['Infarct', 'Infarct, lesion 1', 'Infarct, lesion 2']);
    expect(new Set(all('Tracking Unique Identifier')).size).toBe(3);
    expect(all('Referenced Segment')).toEqual(Array(3).fill(`${seg.instance} 1`));
    expect(all('Source series for segmentation')).toEqual(Array(3).fill(sources[0].seriesUid));
    expect(all('Volume')).toEqual(Array(3).fill('12.345678 cm3'));
    expect(all('Number of lesions')).toEqual(['2 1']);
    expect(all('Apparent Diffusion Coefficient')).toEqual([
      '0.00048 mm2/s',
      '0.0003 mm2/s',
      '0.00048 mm2/s',
      '0.0003 mm2/s',
    ]);
    expect(all('Comment')[0]).toBe('Not reviewed. Research only.');
  });

  it('codes the places that have a code, with their sides, and the brain where there is none', () => {
    const sites = ['36169008 SCT Insula', '119238007 SCT Brain Stem'];
    expect(all('Finding Site')).toEqual([...sites, ...sites, '12738006 SCT Brain']);
    expect(all('Laterality')).toEqual(['7771000 SCT Left', '7771000 SCT Left']);
  });

  it('has nothing that dciodvfy objects to, with lesions and without', () => {
    expect(faults(report, 'ComprehensiveSR')).toEqual([]);
    const empty = writeMeasurementReport({ ...request, mask: none, lesions: [] });
    expect(faults(empty, 'ComprehensiveSR')).toEqual([]);
  });

  it('is made of a segmentation of Atoll’s alone', () => {
    expect(() => writeMeasurementReport({ ...request, segmentation: makeSeries(axial)[0] })).toThrow(
      'no segmentation',
    );
    expect(() => writeMeasurementReport({ ...request, segmentation: new Uint8Array(300) })).toThrow();
  });
});

describe('an encapsulated PDF', () => {
  it('gives the PDF back byte by byte, and names what it is about', () => {
    const [seg] = readWithPydicom([segmentation]);
    const [read] = readDocuments([encapsulated()]);
    expect(Buffer.from(read.document, 'hex')).toEqual(Buffer.from(pdf));
    expect(read).toMatchObject({
      sopClass: 'Encapsulated PDF Storage',
      modality: 'DOC',
      study: seg.study,
      referencedInstances: [seg.instance],
    });
  });

  it('has nothing that dciodvfy objects to', () => {
    expect(faults(encapsulated(), 'EncapsulatedPDF')).toEqual([]);
    expect(faults(encapsulated(true), 'EncapsulatedPDF')).toEqual([]);
  });
});
