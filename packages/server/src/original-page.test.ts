import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { endJob, type MemoryParts, memoryParts } from '../test/memory-parts.ts';
import { buildServer } from './server.ts';

/**
 * What the original's page sends, in its order, with the headers that Chromium gives it: recorded while the
 * requests of its source were made against a service on another origin.
 */
const recording = z
  .array(
    z.object({
      method: z.enum(['GET', 'POST', 'OPTIONS']),
      path: z.string(),
      headers: z.record(z.string(), z.string()),
      body: z.string().nullable(),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('../test/original-page.json', import.meta.url), 'utf8')));

/** The fields that the original's page declares, and what it does with them: `toFixed` on the seconds, also of a job that waits. */
const Accepted = z.object({ jobId: z.string(), status: z.literal('pending'), message: z.string() });
const Followed = z.object({
  jobId: z.string(),
  status: z.enum(['pending', 'running', 'completed', 'failed']),
  progress: z.int().min(0).max(100),
  progressMessage: z.string(),
  elapsedSeconds: z.number(),
  result: z
    .object({
      caseId: z.string(),
      diceScore: z.number().nullable(),
      volumeMl: z.number().nullable(),
      elapsedSeconds: z.number(),
      dwiUrl: z.url(),
      predictionUrl: z.url(),
      warning: z.string().nullable(),
    })
    .nullable(),
  error: z.string().nullable(),
});

const pageOrigin = 'https://lab-stroke-viewer.static.hf.space';
const service = 'https://lab-stroke-service.hf.space';

let parts: MemoryParts;
let server: FastifyInstance;
beforeEach(async () => {
  parts = memoryParts({ ATOLL_ORIGINS: pageOrigin, ATOLL_PUBLIC_URL: service });
  server = await buildServer(parts);
});
afterEach(() => server.close());

/** Unpacks what the browser would unpack. */
function readJson({ headers, rawPayload }: LightMyRequestResponse): unknown {
  const packed = headers['content-encoding'] === 'br';
  return JSON.parse((packed ? brotliDecompressSync(rawPayload) : rawPayload).toString());
}

it('a recording of the original page’s requests is answered as that page expects it', async () => {
  let jobId = '';
  const polls: z.infer<typeof Followed>[] = [];
  const files: { path: string; bytes: Uint8Array }[] = [];
  for (const { method, path, headers, body } of recording) {
    const url = path.replace('{jobId}', jobId);
    const answer = await server.inject({
      method,
      url,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [name, text.replace('{page}', pageOrigin)]),
      ),
      ...(body === null ? {} : { payload: body }),
    });
    expect([url, answer.headers['access-control-allow-origin']]).toEqual([url, pageOrigin]);
    expect(answer.headers['cross-origin-resource-policy']).toBe('cross-origin');
    if (method === 'OPTIONS') {
      expect(answer.statusCode).toBe(204);
    } else if (method === 'POST') {
      expect(answer.statusCode).toBe(202);
      jobId = Accepted.parse(readJson(answer)).jobId;
    } else if (path === '/api/cases') {
      expect(z.object({ cases: z.array(z.string()) }).parse(readJson(answer)).cases).toContain(
        'sub-stroke0001',
      );
    } else if (path.startsWith('/api/jobs/')) {
      polls.push(Followed.parse(readJson(answer)));
      if (polls.length === 1) await endJob(parts.jobs, jobId, 'sub-stroke0001');
    } else {
      expect(answer.statusCode).toBe(200);
      files.push({ path: url, bytes: answer.rawPayload });
    }
  }
  expect(polls.map(({ status }) => status)).toEqual(['pending', 'completed']);
  expect(polls[0]).toMatchObject({ elapsedSeconds: 0, result: null, error: null });
  const result = polls[1]?.result;
  // It loads the files from where the result says they are: those are the addresses of the recording.
  expect([result?.dwiUrl, result?.predictionUrl]).toEqual(files.map(({ path }) => `${service}${path}`));
  for (const { bytes } of files) expect([...bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
});
