import { describe, expect, it } from 'vitest';
import { bareDicom, madeDicom, patientName } from '../test/made-dicom.ts';
import { philipsSeries, withoutPhilips } from '../test/philips-series.ts';
import { type DicomFileHeader, groupSeries, readDicomHeader } from './triage.ts';

const image = { series: '1.2.3.1', seriesNumber: 7, description: 'ep2d_diff_TRACEW', bValue: 1000 };

function headerOf(bytes: Uint8Array): DicomFileHeader {
  const header = readDicomHeader(bytes);
  if (header === null || typeof header === 'string') throw new Error('no header');
  return header;
}

describe('the header of a DICOM image', () => {
  it('says which series it is of, and never who the patient is', () => {
    for (const file of [madeDicom(image), bareDicom(image)]) {
      expect(readDicomHeader(file)).toMatchObject({
        seriesInstanceUid: '1.2.3.1',
        seriesNumber: 7,
        seriesDescription: 'ep2d_diff_TRACEW',
        modality: 'MR',
        imageTypes: ['ORIGINAL', 'PRIMARY', 'DIFFUSION'],
        bValue: 1000,
        pixelBytes: 512,
      });
      expect(JSON.stringify(readDicomHeader(file))).not.toContain(patientName.split('^')[0]);
    }
  });

  it('needs no pixels, and says when it goes on beyond the bytes that were given', () => {
    const file = madeDicom(image);
    expect(readDicomHeader(file.subarray(0, file.length - 500))).toEqual(headerOf(file));
    for (let length = 200; length < file.length - 560; length += 7) {
      expect(readDicomHeader(file.subarray(0, length))).toSatisfy(
        (header) => header === 'truncated' || header === null,
      );
    }
  });

  it('is not found in what is none', () => {
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(4096),
      new TextEncoder().encode('hello'.repeat(99)),
    ]) {
      expect(readDicomHeader(bytes)).toBeNull();
    }
  });
});

describe('series', () => {
  it('are told by their UID, with their files and b-values counted', () => {
    const headers = [
      { ...image, bValue: 1000 },
      { ...image, bValue: 0 },
      { series: '1.2.3.2', description: 'ADC', imageType: 'DERIVED\\ADC' },
    ].map((each) => [each.description, headerOf(madeDicom(each))] as const);
    expect(
      groupSeries(headers).map(({ series }) => [series.files, series.bValues, series.imageTypes]),
    ).toEqual([
      [2, [0, 1000], ['ORIGINAL', 'PRIMARY', 'DIFFUSION']],
      [1, [], ['DERIVED', 'ADC']],
    ]);
  });

  it.skipIf(withoutPhilips)('of a real scanner are told by the first part of each file', async () => {
    const files = await philipsSeries();
    const headers = files.map((bytes) => [bytes, headerOf(bytes.subarray(0, 12_000))] as const);
    const [{ series, files: sorted }, ...others] = groupSeries(headers);
    expect(others).toEqual([]);
    expect(sorted).toHaveLength(544);
    expect(series.bValues.map((b) => Math.round(b))).toEqual([0, 0, 0, 0, 0, 1000]);
    expect(series.seriesDescription).toBe('DTI_Biobank_2mm_MB3S2_EPI');
  });
});
