import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeInstances } from '@atoll/dicom/web/store';
import { openUploadedCases } from '@atoll/instance/uploaded-cases';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OrthancServer } from '../packages/dicom/test/orthanc-server.ts';
import { fewDirections, philipsSeries, withoutPhilips } from '../packages/dicom/test/philips-series.ts';
import { axial, makeSeries } from '../packages/dicom/test/source-series.ts';
import { buildServer } from '../packages/server/src/server.ts';
import { UploadDesk } from '../packages/server/src/uploads/upload-desk.ts';
import { memoryParts } from '../packages/server/test/memory-parts.ts';

let orthanc: OrthancServer;
const dataDir = mkdtempSync(join(tmpdir(), 'atoll-search-'));
beforeAll(async () => {
  orthanc = await OrthancServer.start();
  await storeInstances(orthanc.root, makeSeries(axial), { authorization: orthanc.basic });
});
afterAll(async () => {
  await orthanc?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function serve(more: Record<string, string> = {}) {
  const parts = memoryParts({
    ATOLL_DATA_DIR: dataDir,
    ATOLL_ARCHIVES: `pacs=${orthanc.root}, gone=http://127.0.0.1:1/dicom-web`,
    ATOLL_ARCHIVE_CREDENTIALS: `pacs=${orthanc.user}:${orthanc.password}`,
    ...more,
  });
  const uploaded = openUploadedCases(parts.settings);
  const server = await buildServer({ ...parts, uploads: new UploadDesk(parts.settings, uploaded) });
  const ask = (url: string, payload: object) => server.inject({ method: 'POST', url, payload });
  return { server, uploaded, ask };
}

describe('archives over HTTP', () => {
  it('are searched by patient, accession number or date, and by nothing broader', async () => {
    const { server, ask } = await serve();
    expect((await server.inject('/api/archives')).json()).toEqual({
      archives: [{ name: 'pacs' }, { name: 'gone' }],
    });
    expect((await server.inject('/config.json')).json()).toMatchObject({ archives: true });
    const found = await ask('/api/archives/pacs/search', { patientId: 'T-1', date: '20260101-20260131' });
    expect(found.statusCode).toBe(200);
    expect(found.headers['cache-control']).toBe('no-store');
    expect(found.json().studies).toMatchObject([{ patientId: 'T-1', date: '20260102', instances: 10 }]);
    expect((await ask('/api/archives/pacs/search', { patientId: 'T-2' })).json()).toEqual({ studies: [] });
    expect((await ask('/api/archives/pacs/search', {})).json().code).toBe('REQUEST_INVALID');
    expect((await ask('/api/archives/pacs/search', { date: 'today' })).json().code).toBe('REQUEST_INVALID');
    expect((await ask('/api/archives/other/search', { patientId: 'T-1' })).json().code).toBe(
      'ARCHIVE_UNKNOWN',
    );
    const gone = await ask('/api/archives/gone/search', { patientId: 'T-1' });
    expect([gone.statusCode, gone.json().code]).toEqual([502, 'DICOMWEB_UNREACHABLE']);
    await server.close();
  });

  it('are not searched by a whole network where nobody signs in', async () => {
    const { server, ask } = await serve({ ATOLL_OPEN: 'yes' });
    expect((await server.inject('/api/archives')).json()).toEqual({ archives: [] });
    expect((await server.inject('/config.json')).json()).not.toHaveProperty('archives');
    expect((await ask('/api/archives/pacs/search', { patientId: 'T-1' })).json().code).toBe(
      'ARCHIVE_UNKNOWN',
    );
    await server.close();
  });

  it.skipIf(withoutPhilips)('give a study as a case, or say why there is none', async () => {
    const { server, uploaded, ask } = await serve();
    const files = fewDirections(await philipsSeries()).map((bytes) => new Uint8Array(bytes));
    await storeInstances(orthanc.root, files, { authorization: orthanc.basic });
    const all = (await ask('/api/archives/pacs/search', { date: '19000101-20991231' })).json().studies;
    expect(all).toHaveLength(2);
    const [real, made] = all.sort(
      (one: { instances: number }, other: { instances: number }) => other.instances - one.instances,
    );
    const fetched = await ask('/api/archives/pacs/cases', { studyUid: real.studyUid });
    expect(fetched.statusCode).toBe(201);
    expect(await uploaded.find(fetched.json().caseId)).toMatchObject({ images: ['dwi', 'adc'] });
    expect((await ask('/api/archives/pacs/cases', { studyUid: made.studyUid })).statusCode).toBe(422);
    const none = await ask('/api/archives/pacs/cases', { studyUid: '1.2.3.4' });
    expect(none.json().code).toBe('DICOMWEB_UNANSWERED');
    expect((await ask('/api/archives/pacs/cases', { studyUid: '../x' })).json().code).toBe(
      'DICOMWEB_UNANSWERED',
    );
    await server.close();
  });
});
