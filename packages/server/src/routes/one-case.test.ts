import { gunzipSync } from 'node:zlib';
import { CaseAdded, CaseDetail } from '@atoll/contract/cases';
import { createClient } from '@atoll/contract/client';
import { readNifti } from '@atoll/volume/nifti-read';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  adcFile,
  b0File,
  dwiFile,
  form,
  grid,
  gzipped,
  maskFile,
  named,
  startUploadServer,
  type UploadServer,
} from '../../test/upload-parts.ts';

let at: UploadServer;

beforeAll(async () => {
  at = await startUploadServer({ ATOLL_ORIGINS: 'https://viewer.example.org' });
});
afterEach(() => at.clear());
afterAll(() => at.close());

const send = (body: FormData | string, headers: Record<string, string> = {}) =>
  fetch(`${at.url}/api/cases`, { method: 'POST', body, headers });

async function bring(files: Record<string, Uint8Array>, fields: Record<string, string> = {}) {
  const answer = await send(form(files, fields));
  expect(answer.status).toBe(201);
  return CaseAdded.parse(await answer.json());
}

const code = async (answer: Response) => [answer.status, (await answer.json()).code];

describe('an uploaded case', () => {
  it('has a private id, is in no list, and can be asked for by who knows it', async () => {
    const added = await bring({ dwi: dwiFile, adc: gzipped(adcFile) }, { title: 'Left arm weak' });
    expect(added.caseId).toMatch(/^u-[0-9a-f]{32}$/);
    expect(added).toMatchObject({
      id: added.caseId,
      title: 'Left arm weak',
      images: ['dwi', 'adc'],
      isUpload: true,
      derivation: [],
      remarks: [],
      deleteUrl: `${at.url}/api/cases/${added.caseId}`,
      pageUrl: `${at.url}/?case=${added.caseId}`,
    });
    const list = await (await fetch(`${at.url}/api/cases`)).text();
    expect(list).toContain('public-one');
    expect(list).not.toContain(added.caseId);
    const detail = CaseDetail.parse(await (await fetch(added.caseUrl)).json());
    expect(detail).toMatchObject({ id: added.caseId, title: 'Left arm weak', isUpload: true });
    const other = await bring({ dwi: dwiFile, adc: adcFile });
    expect(other.caseId).not.toBe(added.caseId);
    expect(other.title).toBe('Uploaded case');
  });

  it('keeps every voxel at its place, and no text that could name the patient', async () => {
    const files = { dwi: named(dwiFile), adc: gzipped(named(adcFile)), reference: named(maskFile) };
    const { imageUrls } = await bring(files);
    const image = await fetch(imageUrls.dwi ?? '');
    const bytes = new Uint8Array(await image.arrayBuffer());
    const kept = await readNifti(bytes);
    expect(kept.shape).toEqual(grid.shape);
    kept.affine.flat().forEach((entry, i) => {
      expect(entry).toBeCloseTo(grid.affine.flat()[i], 5);
    });
    expect(kept.data).toEqual((await readNifti(dwiFile)).data);
    for (const url of Object.values(imageUrls)) {
      const plain = gunzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).toString('latin1');
      expect(plain).not.toMatch(/jane|doe/i);
    }
    // Nor does a file's name stay anywhere.
    expect(at.left().join()).not.toMatch(/jane|doe/i);
  });

  it('can be segmented like any other, until it is removed at once', async () => {
    const { caseId, deleteUrl, imageUrls } = await bring({ dwi: dwiFile, adc: adcFile });
    const body = JSON.stringify({ case_id: caseId });
    const headers = { 'Content-Type': 'application/json' };
    const segment = () => fetch(`${at.url}/api/segment`, { method: 'POST', headers, body });
    expect((await segment()).status).toBe(202);
    expect((await fetch(imageUrls.adc ?? '')).status).toBe(200);
    expect((await fetch(deleteUrl, { method: 'DELETE' })).status).toBe(204);
    expect(at.left()).toEqual([]);
    expect(await code(await segment())).toEqual([400, 'CASE_UNKNOWN']);
    expect(await code(await fetch(deleteUrl))).toEqual([404, 'CASE_NOT_FOUND']);
    expect(await code(await fetch(deleteUrl, { method: 'DELETE' }))).toEqual([404, 'CASE_NOT_FOUND']);
    // Though its images were just shown.
    expect(await code(await fetch(imageUrls.adc ?? ''))).toEqual([404, 'FILE_UNKNOWN']);
  });

  it('that is past its time says so, everywhere', async () => {
    const { caseId, caseUrl, imageUrls } = await bring({ dwi: dwiFile, adc: adcFile });
    const { cases } = at.jobs;
    at.jobs.cases = { ...cases, expiresAt: async () => new Date(Date.now() - 1) };
    const all = async () => [
      await code(await fetch(caseUrl)),
      await code(await fetch(imageUrls.dwi ?? '')),
      await code(
        await fetch(`${at.url}/api/segment`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ case_id: caseId }),
        }),
      ),
    ];
    const expired = [410, 'CASE_EXPIRED'];
    expect(await all()).toEqual([expired, expired, expired]);
    await at.uploaded.remove(caseId);
    at.jobs.cases = { ...cases, isExpired: async () => true };
    expect(await all()).toEqual([expired, expired, expired]);
    at.jobs.cases = cases;
  });

  it('of the list is shown by its id too, and cannot be removed', async () => {
    const url = `${at.url}/api/cases/public-one`;
    expect(await (await fetch(url)).json()).toMatchObject({ isUpload: false, expiresAt: null });
    expect(await code(await fetch(url, { method: 'DELETE' }))).toEqual([403, 'CASE_NOT_REMOVABLE']);
    for (const id of ['nobody', '..%2f..', `u-${'0'.repeat(32)}`, `u-${'0'.repeat(31)}`]) {
      expect(await code(await fetch(`${at.url}/api/cases/${id}`))).toEqual([404, 'CASE_NOT_FOUND']);
    }
  });
});

describe('images of which it is not said which they are', () => {
  it('are told apart by their names and values', async () => {
    const { imageUrls, derivation } = await createClient(at.url).addCase({
      files: {},
      others: [
        { name: 'sub-01/dwi/sub-01_adc.nii', content: new Blob([new Uint8Array(adcFile)]) },
        { name: 'sub-01/dwi/sub-01_dwi.nii.gz', content: new Blob([gzipped(dwiFile)]) },
      ],
    });
    expect(derivation.length).toBe(2);
    const dwi = await readNifti(new Uint8Array(await (await fetch(imageUrls.dwi ?? '')).arrayBuffer()));
    expect(dwi.data).toEqual((await readNifti(dwiFile)).data);
  });

  it('may lack an ADC, which is computed when b is known', async () => {
    const brought = {
      files: {},
      others: [
        { name: 'b0.nii', content: new Blob([new Uint8Array(b0File)]) },
        { name: 'dwi_b1000.nii', content: new Blob([new Uint8Array(dwiFile)]) },
      ],
    };
    const added = await createClient(at.url).addCase({ ...brought, bValue: 1000 });
    expect(added.derivation.join()).toContain('b = 1000 s/mm²');
    const url = added.imageUrls.adc ?? '';
    const adc = await readNifti(new Uint8Array(await (await fetch(url)).arrayBuffer()));
    // b0 is e times the DWI everywhere.
    expect(adc.data[50]).toBeCloseTo(1, 2);
  });

  it('that make no case are refused with the reason', async () => {
    const data = new FormData();
    data.append('files', new Blob(['patient list']), 'list.txt');
    expect(await code(await send(data))).toEqual([422, 'INTAKE_NOTHING_FOUND']);
    expect(await code(await send(form({ files: dwiFile })))).toEqual([422, 'INTAKE_NO_CASE']);
    expect(at.left()).toEqual([]);
  });

  it('that are of several subjects are refused, for none of them may be taken without a word', async () => {
    const data = new FormData();
    const bytes = new Uint8Array(dwiFile);
    for (const name of ['sub-1_dwi.nii.gz', 'sub-2_dwi.nii.gz'])
      data.append('files', new Blob([bytes]), name);
    expect(await code(await send(data))).toEqual([422, 'INTAKE_SEVERAL_SUBJECTS']);
    expect(at.left()).toEqual([]);
  });
});

describe('pages of other origins', () => {
  it('bring nothing, but those of the list', async () => {
    const body = form({ dwi: dwiFile, adc: adcFile });
    expect(await code(await send(body, { Origin: 'https://evil.example' }))).toEqual([403, 'ORIGIN_REFUSED']);
    expect(at.left()).toEqual([]);
    const answer = await send(body, { Origin: 'https://viewer.example.org' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://viewer.example.org');
  });
});

it('an instance may take no cases, and says so', async () => {
  const features = async (url: string) => (await (await fetch(`${url}/health`)).json()).features;
  expect(await features(at.url)).toEqual(expect.arrayContaining(['uploads', 'resumable-uploads']));
  const off = await startUploadServer({ ATOLL_UPLOADS: 'off' });
  expect(await features(off.url)).not.toContain('uploads');
  const body = form({ dwi: dwiFile, adc: adcFile });
  expect(await code(await fetch(`${off.url}/api/cases`, { method: 'POST', body }))).toEqual([
    403,
    'UPLOADS_OFF',
  ]);
  const headers = { 'Tus-Resumable': '1.0.0', 'Upload-Length': '10' };
  const tus = await fetch(`${off.url}/api/uploads`, { method: 'POST', headers });
  expect(await code(tus)).toEqual([403, 'UPLOADS_OFF']);
  await off.close();
});
