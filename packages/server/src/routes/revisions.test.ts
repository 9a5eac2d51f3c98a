import { Job as JobAnswer } from '@atoll/contract/jobs';
import { Revision, RevisionList } from '@atoll/contract/revisions';
import { gzip } from '@atoll/volume/gzip';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import { writeNifti, writeNiftiMask } from '@atoll/volume/nifti-write';
import type { FastifyInstance } from 'fastify';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completeJob, type MemoryParts, memoryParts, sampleReport } from '../../test/memory-parts.ts';
import { adcFile, dwiFile, grid, maskFile } from '../../test/upload-parts.ts';
import { buildServer } from '../server.ts';

let server: FastifyInstance;
let parts: MemoryParts;
let jobId = '';

const voxels = grid.shape[0] * grid.shape[1] * grid.shape[2];
const engineData = new Uint8Array(voxels).fill(1, 40, 60);
const edited = new Uint8Array(voxels).fill(1, 44, 66);
const editedFile = writeNiftiMask({ ...grid, data: edited });

beforeEach(async () => {
  parts = memoryParts();
  server = await buildServer(parts);
  const warnings = [
    { code: 'PLAIN_LOOK_MISSED', severity: 'serious' as const, message: 'Of the engine’s mask.' },
    { code: 'COARSE', severity: 'caution' as const, message: 'Of the images.' },
  ];
  const files = new Map([
    ['case-one_dwi.nii.gz', await gzip(dwiFile)],
    ['case-one_adc.nii.gz', await gzip(adcFile)],
    ['case-one_reference.nii.gz', await gzip(maskFile)],
    ['lesion_msk.nii.gz', await gzip(maskFile)],
  ]);
  jobId = await completeJob(parts.jobs, 'case-one', sampleReport({ warnings }), files);
});

afterEach(() => server.close());

type Form = Readonly<Record<string, string | Uint8Array>>;

async function post(form: Form, of = jobId) {
  const body = new FormData();
  for (const [name, value] of Object.entries(form)) {
    if (typeof value === 'string') body.append(name, value);
    else body.append(name, new Blob([new Uint8Array(value)]), 'edited.nii.gz');
  }
  const packed = new Response(body);
  return server.inject({
    method: 'POST',
    url: `/api/jobs/${of}/revisions`,
    headers: { 'content-type': packed.headers.get('content-type') ?? '' },
    payload: Buffer.from(await packed.arrayBuffer()),
  });
}

const correction: Form = {
  author: 'Dr. Ada Reader',
  note: 'Edge added.',
  verdict: 'corrected',
  mask: editedFile,
};
const get = (url: string) => server.inject({ url });
const pathOf = (url: string) => new URL(url).pathname;

describe('a revision', () => {
  it('is made of a corrected mask, with a report, a volume and a comparison of its own', async () => {
    const answer = await post(correction);
    expect(answer.statusCode).toBe(201);
    const made = Revision.parse(answer.json());
    expect(made).toMatchObject({ number: 1, parent: 0, author: 'Dr. Ada Reader', verdict: 'corrected' });
    const { report } = made;
    expect(report.revision).toMatchObject({
      of: jobId,
      number: 1,
      sinceParent: { addedVoxels: 6, removedVoxels: 4 },
      sinceEngine: { addedVoxels: 6, removedVoxels: 4 },
    });
    expect(report.volumeMl).toBeCloseTo(22 * 0.2145, 1);
    expect(report.volumeMl).toBe(made.volumeMl);
    expect(report.metrics).toMatchObject({ status: 'computed', referenceLesionCount: expect.any(Number) });
    // Of the images what the engine said, of the mask what is so now.
    expect(report.warnings.map(({ message }) => message)).toContain('Of the images.');
    expect(report.warnings.map(({ message }) => message)).not.toContain('Of the engine’s mask.');
    const file = await get(pathOf(made.maskUrl));
    expect((await readNiftiMask(file.rawPayload)).data).toEqual(edited);
    expect((await get(pathOf(made.reportUrl))).json()).toEqual(JSON.parse(JSON.stringify(report)));
    expect(
      Object.keys(unzipSync(new Uint8Array((await get(pathOf(made.zipUrl))).rawPayload))).sort(),
    ).toEqual(made.files.map(({ name }) => `case-one_revision-1/case-one_${name}`).sort());
    expect((await get(pathOf(made.url))).json()).toEqual(answer.json());
  });

  it('leaves the engine’s own mask beside it, and is named where the job is', async () => {
    const before = JobAnswer.parse((await get(`/api/jobs/${jobId}`)).json());
    expect(before.revision).toBeNull();
    await post(correction);
    const after = JobAnswer.parse((await get(`/api/jobs/${jobId}`)).json());
    expect(after.revision).toMatchObject({ number: 1, verdict: 'corrected', author: 'Dr. Ada Reader' });
    expect(after.result).toEqual(before.result);
    const mask = await get(`/files/${jobId}/case-one/lesion_msk.nii.gz`);
    expect((await readNiftiMask(mask.rawPayload)).data).toEqual(engineData);
    await post({ author: 'Prof. Bea', verdict: 'accepted', parent: '1' });
    const list = RevisionList.parse((await get(`/api/jobs/${jobId}/revisions`)).json());
    expect(list.engine.volumeMl).toBe(sampleReport().volumeMl);
    expect(list.revisions.map(({ number, verdict, author }) => [number, verdict, author])).toEqual([
      [1, 'corrected', 'Dr. Ada Reader'],
      [2, 'accepted', 'Prof. Bea'],
    ]);
    const second = Revision.parse((await get(`/api/jobs/${jobId}/revisions/2`)).json());
    expect(second.report.revision).toMatchObject({
      sinceParent: { addedVoxels: 0, removedVoxels: 0, dice: 1 },
      sinceEngine: { addedVoxels: 6, removedVoxels: 4 },
    });
  });

  it('may come as floats of another order, and as plain JSON where no mask is changed', async () => {
    const [nx, ny, nz] = grid.shape;
    const flipped = new Float32Array(voxels);
    for (let at = 0; at < voxels; at++) flipped[at - (at % nx) + nx - 1 - (at % nx)] = edited[at];
    const [a, b, c] = grid.affine;
    const flip = ([i, j, k, o]: typeof a): typeof a => [-i, j, k, o + i * (nx - 1)];
    const mask = writeNifti(
      { shape: [nx, ny, nz], affine: [flip(a), flip(b), flip(c)], data: flipped },
      'float32',
    );
    const made = Revision.parse((await post({ ...correction, mask: await gzip(mask) })).json());
    const file = await get(pathOf(made.maskUrl));
    expect((await readNiftiMask(file.rawPayload)).data).toEqual(edited);
    const rejected = await server.inject({
      method: 'POST',
      url: `/api/jobs/${jobId}/revisions`,
      payload: { author: 'Bea', verdict: 'rejected', note: 'Motion.', parent: 1 },
    });
    expect([rejected.statusCode, rejected.json().number]).toEqual([201, 2]);
  });

  it('tells the second of two readers, who loses nothing, and goes on when they name the newest', async () => {
    await post(correction);
    const late = { ...correction, author: 'Second reader' };
    const refused = await post(late);
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'REVISION_CONFLICT']);
    const other = new Uint8Array(voxels).fill(1, 40, 66);
    const again = await post({ ...late, parent: '1', mask: writeNiftiMask({ ...grid, data: other }) });
    expect([again.statusCode, again.json().number]).toEqual([201, 2]);
  });

  it('is made once when the same is sent again because no answer came', async () => {
    const first = (await post(correction)).json();
    expect((await post(correction)).json()).toEqual(first);
    const { revisions } = (await get(`/api/jobs/${jobId}/revisions`)).json();
    expect(revisions).toHaveLength(1);
  });
});

describe('what is no revision', () => {
  const cases: readonly (readonly [string, Form, string])[] = [
    [
      'a mask on another grid',
      { ...correction, mask: writeNiftiMask({ ...grid, shape: [12, 10, 5], data: edited.slice(0, 600) }) },
      'MASK_GRID_DIFFERS',
    ],
    [
      'a mask of several labels',
      {
        ...correction,
        mask: writeNifti(
          { ...grid, data: Float32Array.from(edited, (v, at) => v * (1 + (at % 2))) },
          'uint8',
        ),
      },
      'MASK_NOT_BINARY',
    ],
    [
      'a mask with NaN',
      {
        ...correction,
        mask: writeNifti(
          { ...grid, data: Float32Array.from(edited, (v) => (v === 1 ? Number.NaN : 0)) },
          'float32',
        ),
      },
      'MASK_NOT_FINITE',
    ],
    [
      'a file that is no image',
      { ...correction, mask: new TextEncoder().encode('hello') },
      'IMAGE_NOT_NIFTI',
    ],
    ['a correction that corrects nothing', { ...correction, mask: maskFile }, 'REVISION_UNFIT'],
    ['a correction without a mask', { author: 'Ada', verdict: 'corrected' }, 'REVISION_UNFIT'],
    ['an accepted mask that is another one', { ...correction, verdict: 'accepted' }, 'REVISION_UNFIT'],
    ['an unknown verdict', { ...correction, verdict: 'perhaps' }, 'REQUEST_INVALID'],
    ['a review by nobody', { ...correction, author: '  ' }, 'REQUEST_INVALID'],
    ['a field that nobody knows', { ...correction, colour: 'red' }, 'REQUEST_INVALID'],
    ['a parent that is not there', { ...correction, parent: '4' }, 'REVISION_UNKNOWN'],
  ];

  it.each(cases)('%s is refused with a code of its own, and nothing is kept', async (_, form, code) => {
    const answer = await post(form);
    expect(answer.json().code).toBe(code);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect((await get(`/api/jobs/${jobId}/revisions`)).json().revisions).toEqual([]);
  });

  it('is made of no job that is unknown, waits or is not there any more', async () => {
    expect((await post(correction, 'ab'.repeat(16))).json().code).toBe('JOB_UNKNOWN');
    expect((await post(correction, 'nonsense')).json().code).toBe('JOB_UNKNOWN');
    const { jobId: waiting } = await parts.jobs.submit({
      caseId: 'case-one',
      engine: 'diffusion',
      engineVersion: '1',
      preset: 'balanced',
      options: [],
    });
    expect((await post(correction, waiting)).json().code).toBe('JOB_NOT_COMPLETED');
    expect((await get(`/api/jobs/${waiting}/revisions`)).json().code).toBe('JOB_NOT_COMPLETED');
    await parts.jobs.results.delete(jobId);
    expect((await post(correction)).json().code).toBe('RESULT_GONE');
  });

  it.each(['0', '2', '-1', '1e0', '01', '..%2f1', 'x'])('has the number %s', async (number) => {
    await post(correction);
    expect((await get(`/api/jobs/${jobId}/revisions/${number}`)).statusCode).toBe(404);
  });

  it('hands out no file but its own', async () => {
    await post(correction);
    for (const name of ['case-one_dwi.nii.gz', '..%2fjobs', 'answer.txt']) {
      expect((await get(`/api/jobs/${jobId}/revisions/1/files/${name}`)).statusCode).toBe(404);
    }
    const asked = parts.jobs.results.asked.filter((each) => each.includes('..'));
    expect(asked).toEqual([]);
  });
});

describe('a report to read', () => {
  const get = (url: string) => server.inject({ method: 'GET', url });

  it('is there of a job and of each revision, as HTML and as PDF, each of its own mask', async () => {
    const { url, files } = Revision.parse((await post(correction)).json());
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['report.html', 'report.pdf']));
    const path = new URL(url).pathname;
    const [engines, revised] = await Promise.all([
      get(`/files/${jobId}/case-one/report.html`),
      get(`${path}/files/report.html`),
    ]);
    for (const answer of [engines, revised]) {
      expect(answer.statusCode).toBe(200);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-disposition': expect.stringContaining('attachment'),
      });
      expect(answer.body).toContain('Infarct on diffusion MRI: case-one');
    }
    expect(engines.body).toContain('Not reviewed');
    expect(revised.body).not.toContain('Not reviewed');
    expect(revised.body).toContain('corrected by Dr. Ada Reader');
    const pdf = await get(`${path}/files/report.pdf`);
    expect(pdf.headers['content-type']).toBe('application/pdf');
    expect(pdf.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
    const part = await server.inject({
      method: 'GET',
      url: `/files/${jobId}/case-one/report.pdf`,
      headers: { range: 'bytes=0-4' },
    });
    expect([part.statusCode, part.body]).toEqual([206, '%PDF-']);
  });

  it('is in the ZIP of a job and of a revision', async () => {
    const { zipUrl } = Revision.parse((await post(correction)).json());
    for (const url of [`/api/jobs/${jobId}/files.zip`, new URL(zipUrl).pathname]) {
      const names = Object.keys(unzipSync(new Uint8Array((await get(url)).rawPayload)));
      expect(names.filter((name) => /report\.(html|pdf)$/.test(name))).toHaveLength(2);
    }
  });

  it('is not there for another case, for a job without a result, nor once the result is gone', async () => {
    expect((await get(`/files/${jobId}/case-two/report.html`)).json()).toMatchObject({
      code: 'FILE_UNKNOWN',
    });
    await get(`/files/${jobId}/case-one/report.html`);
    await parts.jobs.results.delete(jobId);
    expect((await get(`/files/${jobId}/case-one/report.html`)).json()).toMatchObject({ code: 'RESULT_GONE' });
    expect((await get(`/files/${'0'.repeat(32)}/case-one/report.html`)).json()).toMatchObject({
      code: 'JOB_UNKNOWN',
    });
  });
});
