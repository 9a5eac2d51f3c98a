import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { writeEncapsulatedPdf } from '../src/document/encapsulated-pdf.ts';
import { writeSegmentation } from '../src/seg/segmentation.ts';
import { readSourceSlices } from '../src/seg/source-slice.ts';
import { writeMeasurementReport } from '../src/sr/measurement-report.ts';
import { storeInstances } from '../src/web/store.ts';
import { OrthancServer } from './orthanc-server.ts';
import { readDocuments, readWithPydicom } from './read-back.ts';
import { axial, gridOf, makeSeries, newStudy, paintBall } from './source-series.ts';

let orthanc: OrthancServer;
beforeAll(async () => {
  orthanc = await OrthancServer.start();
});
afterAll(() => orthanc?.stop());

const Found = z.array(
  z.record(z.string(), z.object({ vr: z.string(), Value: z.array(z.unknown()).optional() })),
);

async function query(path: string): Promise<z.infer<typeof Found>> {
  return Found.parse(await (await orthanc.get(path)).json());
}

/** The one file of an answer of several parts. */
async function fetchInstance(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await orthanc.get(path, 'multipart/related; type="application/dicom"');
  const boundary = /boundary="?([^";]+)/.exec(answer.headers.get('content-type') ?? '')?.[1];
  const body = Buffer.from(await answer.arrayBuffer());
  const start = body.indexOf('\r\n\r\n') + 4;
  return new Uint8Array(body.subarray(start, body.lastIndexOf(`\r\n--${boundary}`)));
}

const spec = { ...axial, study: newStudy(), bValues: [0, 1000] };
const files = makeSeries(spec);
const sources = files.flatMap(readSourceSlices);
const mask = paintBall(gridOf(spec), [-12, 6, 24], 9);
const algorithm = { name: 'diffusion', version: '1' };
const segmentation = writeSegmentation({ mask, sources, algorithm, atollVersion: '0.1.0' });

describe('a segmentation in a real archive', () => {
  it('is stored beside its source, found by its study and modality, and comes back bit by bit', async () => {
    const progress: number[] = [];
    const options = { authorization: orthanc.basic, onProgress: (stored: number) => progress.push(stored) };
    await storeInstances(orthanc.root, [...files, segmentation], options);
    expect(progress.at(-1)).toBe(files.length + 1);

    const [before] = readWithPydicom([segmentation]);
    const found = await query(`/studies/${before.study}/series?Modality=SEG`);
    expect(found.map((series) => series['0020000E'].Value)).toEqual([[before.series]]);
    // Both series are of the one study, so of the one patient.
    expect(await query('/studies')).toHaveLength(1);
    expect(await query(`/studies/${before.study}/series`)).toHaveLength(2);

    const back = await fetchInstance(
      `/studies/${before.study}/series/${before.series}/instances/${before.instance}`,
    );
    const [after] = readWithPydicom([back]);
    expect(after).toEqual(before);
    expect(after.pixelData).toMatch(/[^0]/);

    const held = await query(`/studies/${before.study}/series/${after.referencedSeries}/instances`);
    const instances = held.map((instance) => instance['00080018'].Value?.[0]);
    expect(instances).toEqual(expect.arrayContaining(after.referencedInstances));
    expect(instances).toEqual(expect.arrayContaining(after.frames.map(({ source }) => source)));
  });

  it('goes with its measurements and its report as a PDF, which come back as they were', async () => {
    const algorithm = { name: 'diffusion', version: '2.1' };
    const region = { volumeMl: 3, meanAdcMm2PerS: 0.0005, minAdcMm2PerS: 0.0004, sites: [], place: 'left' };
    const measurements = writeMeasurementReport({
      ...{ segmentation, algorithm, atollVersion: '0.1.0', remark: 'Not reviewed.' },
      ...{ mask: region, lesions: [region] },
    });
    const pdf = new TextEncoder().encode('%PDF-1.7');
    const report = writeEncapsulatedPdf({ pdf, segmentation, namesSubject: false, atollVersion: '0.1.0' });
    await storeInstances(orthanc.root, [measurements, report], { authorization: orthanc.basic });
    const before = readDocuments([measurements, report]);
    for (const { study, series, instance } of before) {
      const back = await fetchInstance(`/studies/${study}/series/${series}/instances/${instance}`);
      const [after] = readDocuments([back]);
      expect(before).toContainEqual(after);
    }
    const found = await query(`/studies/${before[0].study}/series`);
    expect(found.flatMap((series) => series['00080060'].Value ?? []).sort()).toEqual([
      'DOC',
      'MR',
      'SEG',
      'SR',
    ]);
  });

  it('is not let in without credentials, and says so', async () => {
    await expect(storeInstances(orthanc.root, [segmentation])).rejects.toMatchObject({
      code: 'DICOMWEB_UNAUTHORIZED',
    });
  });

  it('is refused with a reason where the archive cannot take it', async () => {
    const options = { authorization: orthanc.basic };
    await expect(storeInstances(orthanc.root, [new Uint8Array(500)], options)).rejects.toMatchObject({
      code: 'DICOMWEB_REFUSED',
    });
    await expect(storeInstances(`${orthanc.root}/nowhere`, [segmentation], options)).rejects.toMatchObject({
      code: 'DICOMWEB_REFUSED',
      message: expect.stringContaining('404'),
    });
  });
});
