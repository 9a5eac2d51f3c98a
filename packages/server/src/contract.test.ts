import { readFileSync } from 'node:fs';
import { CaseList } from '@atoll/contract/cases';
import { EngineList } from '@atoll/contract/engines';
import { Health, Readiness } from '@atoll/contract/health';
import { Job, SegmentAccepted } from '@atoll/contract/jobs';
import { acceptContract } from '@atoll/contract/media-type';
import { Problem } from '@atoll/contract/problem';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modifiedAt } from '../test/memory-jobs.ts';
import {
  completeJob,
  imageBytes,
  type MemoryParts,
  memoryParts,
  sampleReport,
} from '../test/memory-parts.ts';
import { buildServer } from './server.ts';

let parts: MemoryParts;
let server: FastifyInstance;

beforeEach(async () => {
  parts = memoryParts({ ATOLL_PUBLIC_URL: 'https://atoll.example.org' });
  server = await buildServer(parts);
});
afterEach(() => server.close());

/** As a client that knows this contract. */
const get = (url: string) => server.inject({ method: 'GET', url, headers: { accept: acceptContract } });
const remove = (url: string) => server.inject({ method: 'DELETE', url });
const segment = (payload: object) => server.inject({ method: 'POST', url: '/api/segment', payload });

describe('the original page’s requests', () => {
  it('find the service healthy at / and at /health', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    for (const url of ['/', '/health']) {
      const answer = await get(url);
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({ status: 'healthy', service: 'atoll', version });
      expect(Health.parse(answer.json()).features.length).toBeGreaterThan(0);
    }
  });

  it('list the ids of the cases', async () => {
    const answer = await get('/api/cases');
    expect(answer.statusCode).toBe(200);
    expect(answer.json().cases).toEqual(['case-one', 'sub-stroke0001']);
  });

  it('submit a case with or without fast_mode, and are answered 202', async () => {
    for (const body of [{ case_id: 'sub-stroke0001', fast_mode: false }, { case_id: 'sub-stroke0001' }]) {
      const answer = await segment(body);
      expect(answer.statusCode).toBe(202);
      const { jobId, status, message } = answer.json();
      expect(jobId).toMatch(/^[0-9a-f]{32}$/);
      expect({ status, message }).toEqual({ status: 'pending', message: expect.any(String) });
      // To this engine it is one and the same, so that one result answers both.
      expect(await parts.jobs.get(jobId)).toMatchObject({ preset: 'balanced', options: [] });
    }
  });

  it('hand on a key of the submission, and refuse one that could be guessed', async () => {
    const key = '0f6c2b9e-6f0a-4a0e-9e0b-1c2d3e4f5a6b';
    const sent = () => segment({ case_id: 'case-one', submission_key: key });
    expect((await sent()).json().jobId).toBe((await sent()).json().jobId);
    expect((await segment({ case_id: 'case-one', submission_key: '1' })).statusCode).toBe(422);
  });

  it('follow a job that waits: what is not known yet is an explicit null, and no time has passed', async () => {
    const { jobId } = (await segment({ case_id: 'sub-stroke0001' })).json();
    const answer = await get(`/api/jobs/${jobId}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toMatchObject({
      jobId,
      status: 'pending',
      progress: 0,
      progressMessage: 'Waiting',
      elapsedSeconds: 0,
      result: null,
      error: null,
    });
  });

  it('follow a job that runs, with whole percents and the seconds since it began', async () => {
    const { jobId } = (await segment({ case_id: 'sub-stroke0001' })).json();
    const startedAt = new Date(Date.now() - 2000);
    parts.jobs.set(jobId, { status: 'running', progress: 41.6, stage: 'look', startedAt });
    const job = Job.parse((await get(`/api/jobs/${jobId}`)).json());
    expect(job).toMatchObject({ status: 'running', progress: 42, stage: 'look', result: null, error: null });
    expect(job.elapsedSeconds).toBeGreaterThanOrEqual(2);
  });

  it('get the result with absolute links, volume and times to 2 decimals', async () => {
    const jobId = await completeJob(parts.jobs, 'sub-stroke0001');
    const files = `https://atoll.example.org/files/${jobId}/sub-stroke0001`;
    const { result, elapsedSeconds } = (await get(`/api/jobs/${jobId}`)).json();
    expect(elapsedSeconds).toBe(1.23);
    expect(result).toMatchObject({
      caseId: 'sub-stroke0001',
      diceScore: null,
      volumeMl: 12.35,
      elapsedSeconds: 0.46,
      dwiUrl: `${files}/sub-stroke0001_dwi.nii.gz`,
      predictionUrl: `${files}/lesion_msk.nii.gz`,
      warning: null,
    });
  });

  it('are told of a failure in a sentence', async () => {
    const { jobId } = (await segment({ case_id: 'sub-stroke0001' })).json();
    const error = { code: 'STUDY_NO_BRAIN', message: 'No brain was found in the images.' } as const;
    parts.jobs.set(jobId, { status: 'failed', error, startedAt: modifiedAt, finishedAt: modifiedAt });
    const job = (await get(`/api/jobs/${jobId}`)).json();
    expect(job).toMatchObject({ status: 'failed', result: null, error: 'No brain was found in the images.' });
    expect(Problem.parse(job.problem)).toMatchObject({ code: 'STUDY_NO_BRAIN', detail: job.error });
  });

  it.each([
    ['an unknown case', { case_id: 'sub-stroke9999' }, 400, 'CASE_UNKNOWN'],
    ['no case', {}, 422, 'REQUEST_INVALID'],
    ['a case that is no text', { case_id: 7 }, 422, 'REQUEST_INVALID'],
    ['a case with a path', { case_id: '../etc/passwd' }, 400, 'CASE_UNKNOWN'],
    ['a fast_mode that is no boolean', { case_id: 'case-one', fast_mode: 'yes' }, 422, 'REQUEST_INVALID'],
  ])('are refused for %s', async (_what, body, status, code) => {
    const answer = await segment(body);
    expect(answer.statusCode).toBe(status);
    expect(Problem.parse(answer.json()).code).toBe(code);
  });

  it('are answered 404 for unknown jobs and files, and 503 with Retry-After while the queue is full', async () => {
    for (const url of [
      `/api/jobs/${'f'.repeat(32)}`,
      '/api/jobs/none',
      `/files/${'f'.repeat(32)}/a/b.nii.gz`,
    ]) {
      const answer = await get(url);
      expect(answer.statusCode).toBe(404);
      expect(Problem.parse(answer.json()).code).toBe('JOB_UNKNOWN');
    }
    parts.jobs.full = true;
    const answer = await segment({ case_id: 'case-one' });
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.json().code).toBe('QUEUE_FULL');
  });
});

describe('what came beside', () => {
  it('says more of each case, with links to its images', async () => {
    const { cases, details } = CaseList.parse((await get('/api/cases')).json());
    expect(details.map(({ id }) => id)).toEqual(cases);
    expect(details[0]?.imageUrls).toEqual({
      dwi: 'https://atoll.example.org/api/cases/case-one/images/dwi.nii.gz',
      adc: 'https://atoll.example.org/api/cases/case-one/images/adc.nii.gz',
      reference: 'https://atoll.example.org/api/cases/case-one/images/reference.nii.gz',
    });
  });

  it('says how each place of cases fares', async () => {
    parts.cases.problem = 'One session passed over.';
    const { cases, sources } = CaseList.parse((await get('/api/cases')).json());
    expect(cases).toHaveLength(2);
    expect(sources).toEqual([
      { id: 'memory', title: 'Memory', ok: true, problem: 'One session passed over.' },
    ]);
  });

  it('lists the engines: the stages of a job, and why one cannot run', async () => {
    const { engines, default: chosen } = EngineList.parse((await get('/api/engines')).json());
    expect(chosen).toBe('diffusion');
    expect(engines[0]).toMatchObject({ id: 'diffusion', usable: true, reason: null, cure: null });
    expect(engines[0]?.stages.map(({ id }) => id)).toEqual(['read', 'look', 'report']);
    expect(engines[1]).toMatchObject({ id: 'deepisles', usable: false, reason: 'There is no GPU.' });
  });

  it('says in /health what can run, and how much waits', async () => {
    await segment({ case_id: 'case-one' });
    expect(Health.parse((await get('/health')).json())).toMatchObject({
      engines: [
        { id: 'diffusion', usable: true, reason: null },
        { id: 'deepisles', usable: false, reason: 'There is no GPU.' },
      ],
      jobs: { pending: 1, running: 0 },
    });
  });

  it('lives and is not ready while the queue does not answer', async () => {
    parts.jobs.broken = true;
    const health = await get('/health');
    expect([health.statusCode, health.json().jobs]).toEqual([200, undefined]);
    const ready = await get('/ready');
    expect(ready.statusCode).toBe(503);
    const { checks } = Readiness.parse(ready.json());
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['database', 'workers']);
    expect(ready.body).not.toContain('down');
  });

  it('is ready when jobs can run, and says who is missing when nobody works', async () => {
    const ready = await get('/ready');
    expect([ready.statusCode, Readiness.parse(ready.json()).ready]).toEqual([200, true]);
    parts.jobs.workers = 0;
    const idle = await get('/ready');
    expect(idle.statusCode).toBe(503);
    expect(Readiness.parse(idle.json()).checks.find(({ name }) => name === 'workers')?.action).toContain(
      'atoll worker',
    );
  });

  it('runs the engine and the preset that are named, and the first preset otherwise', async () => {
    const named = SegmentAccepted.parse(
      (await segment({ case_id: 'case-one', engine: 'diffusion', preset: 'specific' })).json(),
    );
    const unnamed = (await segment({ case_id: 'case-one', engine: null, preset: null })).json();
    expect(await parts.jobs.get(named.jobId)).toMatchObject({ engine: 'diffusion', preset: 'specific' });
    expect(await parts.jobs.get(unnamed.jobId)).toMatchObject({ engine: 'diffusion', preset: 'balanced' });
  });

  it('lists an engine’s options, and switches on those that are named, each once', async () => {
    const { engines } = EngineList.parse((await get('/api/engines')).json());
    expect(engines[0].options).toEqual([{ id: 'slow', title: 'Slowly', description: '' }]);
    const { jobId } = (await segment({ case_id: 'case-one', options: ['slow', 'slow'] })).json();
    expect(await parts.jobs.get(jobId)).toMatchObject({ options: ['slow'] });
    expect((await get(`/api/jobs/${jobId}`)).json()).toMatchObject({ options: ['slow'] });
  });

  it('links the brain’s outline, probabilities and what the mask may have missed, where there are such files', async () => {
    const further = new Map([
      ['probability.nii.gz', new Uint8Array(imageBytes)],
      ['brain_msk.nii.gz', new Uint8Array(imageBytes)],
      ['missed_msk.nii.gz', new Uint8Array(imageBytes)],
    ]);
    const jobId = await completeJob(parts.jobs, 'case-one', sampleReport(), further);
    const { result } = Job.parse((await get(`/api/jobs/${jobId}`)).json());
    for (const [url, name] of [
      [result?.brainUrl, 'brain_msk'],
      [result?.missedUrl, 'missed_msk'],
      [result?.probabilityUrl, 'probability'],
    ]) {
      expect(url).toMatch(new RegExp(`/files/${jobId}/case-one/${name}\\.nii\\.gz$`));
      const file = await get(new URL(url ?? '', 'http://localhost').pathname);
      expect(file.statusCode).toBe(200);
      expect(file.rawPayload.equals(imageBytes)).toBe(true);
    }
    const plain = await completeJob(parts.jobs, 'case-one');
    const answer = Job.parse((await get(`/api/jobs/${plain}`)).json());
    expect(answer.result).toMatchObject({ brainUrl: null, missedUrl: null, probabilityUrl: null });
  });

  it('reads the reports of before there was a second look', async () => {
    const { plainLook: _look, brain: _brain, probability: _soft, ...before } = sampleReport();
    const report = new TextEncoder().encode(JSON.stringify(before));
    const jobId = await completeJob(parts.jobs, 'case-one', undefined, new Map([['report.json', report]]));
    const { result } = Job.parse((await get(`/api/jobs/${jobId}`)).json());
    expect(result?.report).toMatchObject({ plainLook: null, brain: null, probability: null });
  });

  it('links the further maps of an engine, each with its volume and its agreement with the mask', async () => {
    const map = { id: 'seals', title: 'SEALS', volumeMl: 3.5, diceWithMask: 0.75 };
    const report = sampleReport({ overlays: [{ ...map, sha256: '33' }] });
    const jobId = await completeJob(parts.jobs, 'case-one', report);
    const { result } = Job.parse((await get(`/api/jobs/${jobId}`)).json());
    const url = expect.stringMatching(new RegExp(`/files/${jobId}/case-one/overlay_seals\\.nii\\.gz$`));
    expect(result?.overlays).toEqual([{ ...map, url }]);
    const plain = await completeJob(parts.jobs, 'case-one');
    expect(Job.parse((await get(`/api/jobs/${plain}`)).json()).result?.overlays).toEqual([]);
  });

  it.each([
    [{ engine: 'magic' }, 400, 'ENGINE_UNKNOWN'],
    [{ preset: 'magic' }, 422, 'PRESET_UNKNOWN'],
    [{ options: ['magic'] }, 422, 'OPTION_UNKNOWN'],
    [{ engine: 'deepisles' }, 409, 'ENGINE_UNAVAILABLE'],
    [{ engine: 'x'.repeat(201) }, 422, 'REQUEST_INVALID'],
  ])('refuses %j', async (wanted, status, code) => {
    const answer = await segment({ case_id: 'case-one', ...wanted });
    expect(answer.statusCode).toBe(status);
    expect(answer.json().code).toBe(code);
    if (code === 'ENGINE_UNAVAILABLE') expect(answer.json().detail).toContain('There is no GPU.');
    expect(await parts.jobs.counts()).toEqual({ pending: 0, running: 0 });
  });

  it('says which fields of a request are wrong', async () => {
    const answer = await segment({ case_id: 'case-one', fast_mode: 'yes', preset: 5 });
    expect(Problem.parse(answer.json()).issues?.map(({ path }) => path)).toEqual(['fast_mode', 'preset']);
  });

  it('has Dice from the report’s metrics, links to all files, and the grave warnings as one sentence', async () => {
    const warning = (severity: 'info' | 'caution' | 'serious', message: string) => ({
      code: message,
      severity,
      message,
    });
    const report = sampleReport({
      warnings: [warning('caution', 'Noisy.'), warning('info', 'Fine.'), warning('serious', 'No ADC.')],
      metrics: {
        status: 'computed',
        dice: 0.788,
        absoluteVolumeDifferenceMl: 1.73,
        lesionCountDifference: 4,
        lesionF1: 0.921,
        sensitivity: null,
        precision: null,
        hausdorff95Mm: null,
        averageSurfaceDistanceMm: null,
        predictionVolumeMl: 10,
        referenceVolumeMl: 8.27,
        predictionLesionCount: 5,
        referenceLesionCount: 1,
        notes: [],
      },
    });
    const jobId = await completeJob(parts.jobs, 'case-one', report);
    const { result } = Job.parse((await get(`/api/jobs/${jobId}`)).json());
    const files = `https://atoll.example.org/files/${jobId}/case-one`;
    expect(result).toMatchObject({
      diceScore: 0.788,
      warning: 'No ADC. Noisy.',
      adcUrl: `${files}/case-one_adc.nii.gz`,
      flairUrl: null,
      referenceUrl: `${files}/case-one_reference.nii.gz`,
      reportUrl: `${files}/report.json`,
      report,
    });
  });

  it('cancels a job that has not ended, and says so when it has', async () => {
    const { jobId } = (await segment({ case_id: 'case-one' })).json();
    const cancelled = await remove(`/api/jobs/${jobId}`);
    expect(cancelled.statusCode).toBe(200);
    expect(Job.parse(cancelled.json())).toMatchObject({
      jobId,
      status: 'cancelled',
      error: null,
      problem: null,
    });

    const completed = await completeJob(parts.jobs, 'case-one');
    const refused = await remove(`/api/jobs/${completed}`);
    expect(refused.statusCode).toBe(409);
    expect(refused.json().code).toBe('JOB_NOT_CANCELLABLE');
    expect((await remove(`/api/jobs/${'f'.repeat(32)}`)).statusCode).toBe(404);
  });

  it('deletes an ended job with its files, and no other', async () => {
    const { jobId: pending } = (await segment({ case_id: 'case-one' })).json();
    expect((await remove(`/api/jobs/${pending}?purge=true`)).json().code).toBe('JOB_NOT_ENDED');
    expect((await remove(`/api/jobs/${pending}?purge=maybe`)).statusCode).toBe(422);

    const ended = await completeJob(parts.jobs, 'case-one');
    const purged = await remove(`/api/jobs/${ended}?purge=true`);
    expect([purged.statusCode, purged.body]).toEqual([204, '']);
    expect((await get(`/api/jobs/${ended}`)).statusCode).toBe(404);
    expect((await get(`/files/${ended}/case-one/lesion_msk.nii.gz`)).statusCode).toBe(404);
  });

  it('says of a completed job without its files that they are gone, not that it never was', async () => {
    const jobId = await completeJob(parts.jobs, 'case-one');
    await parts.jobs.results.delete(jobId);
    for (const url of [`/api/jobs/${jobId}`, `/files/${jobId}/case-one/lesion_msk.nii.gz`]) {
      const answer = await get(url);
      expect(answer.statusCode).toBe(410);
      expect(answer.json().code).toBe('RESULT_GONE');
    }
  });
});
