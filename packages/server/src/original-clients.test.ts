import { acceptContract } from '@atoll/contract/media-type';
import type { Engine } from '@atoll/engines/engine';
import { AtollError } from '@atoll/errors/error';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modifiedAt } from '../test/memory-jobs.ts';
import { completeJob, type MemoryParts, memoryParts } from '../test/memory-parts.ts';
import { buildServer } from './server.ts';

/** Pages and scripts that were written for the original service, and know nothing of what came beside. */

let parts: MemoryParts;
let server: FastifyInstance;
beforeEach(async () => {
  parts = memoryParts();
  server = await buildServer(parts);
});
afterEach(() => server.close());

const get = (url: string, headers: Record<string, string> = {}) =>
  server.inject({ method: 'GET', url, headers });
const segment = (payload: object | string, headers: Record<string, string> = {}) =>
  server.inject({ method: 'POST', url: '/api/segment', payload, headers });

describe('a client of the original', () => {
  it('computes with the seconds of a job that waits', async () => {
    const { jobId } = (await segment({ case_id: 'case-one' })).json();
    expect((await get(`/api/jobs/${jobId}`)).json().elapsedSeconds.toFixed(1)).toBe('0.0');
  });

  it('comes to an end with a cancelled job, which has failed to it', async () => {
    const { jobId } = (await segment({ case_id: 'case-one' })).json();
    await parts.jobs.cancel(jobId);
    const job = (await get(`/api/jobs/${jobId}`)).json();
    expect(job).toMatchObject({ status: 'failed', error: 'The job was cancelled.', result: null });
    expect(job.problem.code).toBe('JOB_CANCELLED');
    const told = (await get(`/api/jobs/${jobId}`, { accept: acceptContract })).json();
    expect(told).toMatchObject({ status: 'cancelled', error: null, problem: null });
  });

  it('comes to an end with a job that has expired, which is not found', async () => {
    parts.jobs.get = async () => {
      throw new AtollError('JOB_EXPIRED');
    };
    const url = `/api/jobs/${'a'.repeat(32)}`;
    const lost = await get(url);
    expect([lost.statusCode, lost.json().code]).toEqual([404, 'JOB_UNKNOWN']);
    expect(lost.json().detail).toMatch(/not found.*have expired/);
    const told = await get(url, { accept: acceptContract });
    expect([told.statusCode, told.json().code]).toEqual([410, 'JOB_EXPIRED']);
  });

  it('is told "pending" of what it submits, also where there is a result already', async () => {
    const submit = parts.jobs.submit.bind(parts.jobs);
    parts.jobs.submit = async (...asked) => ({ ...(await submit(...asked)), status: 'completed' });
    const taken = await segment({ case_id: 'case-one' });
    expect([taken.statusCode, taken.json().status]).toEqual([202, 'pending']);
    const told = await segment({ case_id: 'case-one' }, { accept: acceptContract });
    expect([told.statusCode, told.json().status]).toEqual([202, 'completed']);
  });

  it('finds the case in the message, and "not found" in what is not found', async () => {
    expect((await segment({ case_id: 'case-one' })).json().message).toContain('case-one');
    for (const url of ['/api/jobs/none', `/files/${await completeJob(parts.jobs, 'case-one')}/case-one/x`]) {
      expect((await get(url)).json().detail).toMatch(/not found/i);
    }
  });

  it('may write fast_mode as a number or a word, and leave out what the body is', async () => {
    const usable = async () => ({ usable: true }) as const;
    const deepisles: Engine = { ...parts.engines.find('deepisles'), availability: usable };
    const engines = { list: () => [deepisles], find: () => deepisles };
    const original = await buildServer({ ...parts, engines });
    const modes = [
      [undefined, 'fast'],
      [true, 'fast'],
      [1, 'fast'],
      [0, 'auto'],
      ['true', 'fast'],
      ['False', 'auto'],
    ] as const;
    for (const [written, meant] of modes) {
      const payload = { case_id: 'case-one', fast_mode: written };
      const { jobId } = (await original.inject({ method: 'POST', url: '/api/segment', payload })).json();
      expect((await parts.jobs.get(jobId))?.preset).toBe(meant);
    }
    await original.close();
    const body = JSON.stringify({ case_id: 'case-one' });
    const untyped = await segment(body, { 'content-length': String(body.length) });
    expect(untyped.statusCode).toBe(202);
    expect((await segment('{', { 'content-length': '1' })).statusCode).toBe(422);
    const foreign = await segment(body, { origin: 'https://evil.example' });
    expect([foreign.statusCode, foreign.json().code]).toEqual([403, 'ORIGIN_REFUSED']);
    expect((await segment(body, { 'content-type': 'text/plain' })).statusCode).toBe(415);
  });

  it('is refused what is no flag, and no case', async () => {
    expect((await segment({ case_id: 'case-one', fast_mode: 2 })).statusCode).toBe(422);
    for (const caseId of ['nobody', '../etc/passwd', '', 'x'.repeat(500)]) {
      const refused = await segment({ case_id: caseId });
      expect([refused.statusCode, refused.json().code]).toEqual([400, 'CASE_UNKNOWN']);
    }
    expect((await segment({ case_id: null })).statusCode).toBe(422);
  });

  it('may end an address with a slash', async () => {
    expect((await get('/api/cases/')).json().cases).toHaveLength(2);
  });

  it('finds its fields in /health, and no path in them', async () => {
    await segment({ case_id: 'case-one' });
    expect((await get('/health')).json()).toMatchObject({
      status: 'healthy',
      jobs_in_memory: 1,
      results_dir: 'results',
      results_dir_exists: true,
    });
  });

  it('is not told of a failed job that it was cancelled', async () => {
    const { jobId } = (await segment({ case_id: 'case-one' })).json();
    const error = { code: 'STUDY_NO_BRAIN', message: 'No brain was found.' } as const;
    parts.jobs.set(jobId, { status: 'failed', error, startedAt: modifiedAt, finishedAt: modifiedAt });
    expect((await get(`/api/jobs/${jobId}`)).json()).toMatchObject({
      status: 'failed',
      error: 'No brain was found.',
    });
  });
});
