import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completeJob, imageBytes, type MemoryParts, memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

describe('everything of a job in one ZIP', () => {
  let parts: MemoryParts;
  let server: Awaited<ReturnType<typeof buildServer>>;
  beforeEach(async () => {
    parts = memoryParts();
    server = await buildServer(parts);
  });
  afterEach(() => server.close());
  const get = (jobId: string) => server.inject({ method: 'GET', url: `/api/jobs/${jobId}/files.zip` });

  it('holds mask, report and images as they are, in a folder of the case’s name', async () => {
    const jobId = await completeJob(parts.jobs, 'case-one');
    const answer = await get(jobId);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/zip');
    expect(answer.headers['content-disposition']).toMatch(
      /^attachment; filename="case-one_\d{8}T\d{4}\.zip"$/,
    );
    const files = unzipSync(new Uint8Array(answer.rawPayload));
    expect(Object.keys(files).sort()).toEqual(
      ['adc.nii.gz', 'dwi.nii.gz', 'lesion_msk.nii.gz', 'reference.nii.gz', 'report.json'].map(
        (name) => `case-one/case-one_${name}`,
      ),
    );
    expect(Buffer.from(files['case-one/case-one_lesion_msk.nii.gz'])).toEqual(Buffer.from(imageBytes));
    const report = new TextDecoder().decode(files['case-one/case-one_report.json']);
    expect(JSON.parse(report)).toMatchObject({ engine: 'diffusion' });
  });

  it('is not there for a job that has no result, nor for one that is unknown', async () => {
    const { jobId } = await parts.jobs.submit({
      caseId: 'case-one',
      engine: 'diffusion',
      engineVersion: '1',
      preset: 'balanced',
      options: [],
    });
    expect((await get(jobId)).json()).toMatchObject({ code: 'FILE_UNKNOWN' });
    expect((await get('0'.repeat(32))).json()).toMatchObject({ code: 'JOB_UNKNOWN' });
    expect((await get('../../etc')).statusCode).toBe(404);
  });

  it('says that the files are gone when they were taken away', async () => {
    const jobId = await completeJob(parts.jobs, 'case-one');
    await parts.jobs.results.delete(jobId);
    expect((await get(jobId)).json()).toMatchObject({ code: 'RESULT_GONE' });
  });
});
