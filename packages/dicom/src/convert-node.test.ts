import { readNifti } from '@atoll/volume/nifti-read';
import { describe, expect, it } from 'vitest';
import { madeSeries, patientName } from '../test/made-dicom.ts';
import { convertInNode } from './convert-node.ts';

const series = { series: '1.2.3.1', seriesNumber: 7, description: 'ep2d_diff' };
const files = (bValues: readonly number[]) => madeSeries(series, bValues).map((bytes) => ({ bytes }));
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: { code?: string }) => error.code,
  );

describe('conversion of a DICOM series', () => {
  it('gives NIfTI with b-values and a sidecar in which no patient is named', async () => {
    const given = files([0, 1000]);
    const fractions: number[] = [];
    const { images } = await convertInNode(given, { onProgress: (at) => fractions.push(at) });
    expect(images).toHaveLength(1);
    const [image] = images;
    expect(image.bval?.trim().split(/\s+/)).toEqual(['0', '1000']);
    expect(JSON.parse(image.json ?? '')).toMatchObject({ SeriesDescription: 'ep2d_diff', SeriesNumber: 7 });
    expect(JSON.stringify(image.json)).not.toContain('InstitutionName');
    expect(new TextDecoder('latin1').decode(image.nifti)).not.toContain(patientName.split('^')[0]);
    expect(fractions.length).toBeGreaterThan(1);
    // The caller's bytes are still his.
    expect(given[0].bytes.length).toBeGreaterThan(500);
    const { affine, data, shape } = await readNifti(image.nifti, { volumeIndex: 1 });
    expect(shape).toEqual([16, 16, 3]);
    // The bright half lies at the patient's right, where x is positive.
    const brightX = affine[0][0] * 2 + affine[0][3];
    expect(data[2]).toBeGreaterThan(data[13]);
    expect(brightX).toBeGreaterThan(60);
  });

  it('of what is no DICOM fails in words', async () => {
    expect(await code(convertInNode([{ bytes: new Uint8Array(5000) }]))).toBe('DICOM_UNREADABLE');
    const cut = files([0]).map(({ bytes }) => ({ bytes: bytes.subarray(0, 300) }));
    expect(await code(convertInNode(cut))).toBe('DICOM_UNREADABLE');
  });

  it('ends at its time limit and on abort', async () => {
    expect(await code(convertInNode(files([0]), { timeLimitMs: 1 }))).toBe('DICOM_TIMED_OUT');
    expect(await code(convertInNode(files([0]), { signal: AbortSignal.abort() }))).toBe('JOB_CANCELLED');
    const controller = new AbortController();
    const converting = convertInNode(files([0]), { signal: controller.signal });
    controller.abort();
    expect(await code(converting)).toBe('JOB_CANCELLED');
  });
});
