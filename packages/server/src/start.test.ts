import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, ServiceError } from '@atoll/contract/client';
import type { Job } from '@atoll/contract/jobs';
import { Report } from '@atoll/contract/report';
import { readSettings } from '@atoll/instance/settings';
import { invert, sameGrid, transformPoint } from '@atoll/volume/affine';
import { compareMasks } from '@atoll/volume/metrics';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import type { Mask, Vec3 } from '@atoll/volume/volume';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from './start.ts';

/** The whole service over a socket: the real queue, the real phantoms, the real engine. */

const dataDir = mkdtempSync(join(tmpdir(), 'atoll-service-'));
const settings = readSettings({ ATOLL_DATA_DIR: dataDir, ATOLL_PORT: '0', ATOLL_LOG_LEVEL: 'silent' });
let running: RunningServer;
let client: ReturnType<typeof createClient>;

const start = async () => {
  running = await startServer(settings);
  client = createClient(running.url);
};

beforeAll(start);
afterAll(async () => {
  await running.close();
  rmSync(dataDir, { recursive: true });
});

/** Follows a job to its end. @returns every state that was seen. */
async function follow(jobId: string): Promise<Job[]> {
  const seen: Job[] = [];
  for (;;) {
    const job = await client.getJob(jobId);
    seen.push(job);
    if (job.status !== 'pending' && job.status !== 'running') return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function runCase(caseId: string): Promise<Job> {
  const { jobId } = await client.segment({ case_id: caseId });
  const job = (await follow(jobId)).at(-1);
  if (job === undefined) throw new Error('no job');
  expect([job.status, job.error]).toEqual(['completed', null]);
  return job;
}

async function fetchBytes(url: string | null, headers: Record<string, string> = {}): Promise<Uint8Array> {
  if (url === null) throw new Error('there is no such file');
  const response = await fetch(url, { headers });
  expect([200, 206]).toContain(response.status);
  return new Uint8Array(await response.arrayBuffer());
}

/** Mean position of a mask's voxels in world mm. */
function centreMm({ shape, affine, data }: Mask): Vec3 {
  const [nx, ny] = shape;
  const sum = [0, 0, 0];
  let count = 0;
  data.forEach((inside, at) => {
    if (inside === 0) return;
    const point = transformPoint(affine, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))]);
    point.forEach((value, axis) => {
      sum[axis] = (sum[axis] ?? 0) + value;
    });
    count++;
  });
  const [x = 0, y = 0, z = 0] = sum.map((value) => value / count);
  return [x, y, z];
}

describe('the whole service', () => {
  // Left is at negative x of the world, whichever way the image's own axes go.
  it.each([
    ['phantom-large-left', 'left'],
    ['phantom-oblique-right', 'right'],
  ] as const)(
    'takes %s from its list to a mask on the DWI’s own grid, on the right side',
    async (caseId, side) => {
      const { cases, details } = await client.listCases();
      expect(cases).toContain(caseId);
      const { result } = await runCase(caseId);
      if (result === null) throw new Error('there is no result');

      const dwiFile = await fetchBytes(result.dwiUrl);
      const shown = details.find(({ id }) => id === caseId)?.imageUrls.dwi ?? null;
      expect(dwiFile).toEqual(await fetchBytes(shown));
      const dwi = await readNifti(dwiFile);
      const mask = await readNiftiMask(await fetchBytes(result.predictionUrl));
      const truth = await readNiftiMask(await fetchBytes(result.referenceUrl));
      expect(sameGrid(mask, dwi)).toBe(true);
      expect(mask.affine).toEqual(dwi.affine);

      const [x] = centreMm(mask);
      expect(x < 0 ? 'left' : 'right').toBe(side);
      const { dice } = compareMasks(mask, truth);
      expect(dice).toBeGreaterThan(0.7);
      expect(result.diceScore).toBeCloseTo(dice, 6);

      const [largest] = result.report.lesions;
      if (largest === undefined) throw new Error('there is no lesion');
      expect(largest.side).toBe(side);
      const [i, j, k] = transformPoint(invert(mask.affine), largest.focusMm).map(Math.round);
      const [nx, ny] = mask.shape;
      expect(mask.data[Number(i) + nx * (Number(j) + ny * Number(k))]).toBe(1);

      const report = Report.parse(JSON.parse(new TextDecoder().decode(await fetchBytes(result.reportUrl))));
      expect(report).toEqual(result.report);
      expect(result.volumeMl).toBeCloseTo(report.volumeMl, 2);
    },
  );

  it('reports progress that never falls, by stages that the engine names', async () => {
    const { engines, default: chosen } = await client.listEngines();
    const stages = engines.find(({ id }) => id === chosen)?.stages.map(({ id }) => id) ?? [];
    const { jobId } = await client.segment({ case_id: 'phantom-large-left' });
    const seen = await follow(jobId);
    const percents = seen.map(({ progress }) => progress);
    expect(percents).toEqual(percents.toSorted((one, other) => one - other));
    expect(percents.at(-1)).toBe(100);
    for (const { stage } of seen) if (stage !== null) expect(stages).toContain(stage);
  });

  it('finds nothing where nothing is, and does not call that a failure', async () => {
    const { result } = await runCase('phantom-no-lesion');
    expect(result).toMatchObject({ volumeMl: 0, report: { lesionCount: 0, lesions: [] } });
  });

  it('sends parts of a mask', async () => {
    const { result } = await runCase('phantom-large-left');
    const url = result?.predictionUrl ?? null;
    const whole = await fetchBytes(url);
    expect(await fetchBytes(url, { Range: 'bytes=10-99' })).toEqual(whole.subarray(10, 100));
    expect(await fetchBytes(url, { Range: 'bytes=-7' })).toEqual(whole.subarray(-7));
  });

  it('cancels a job, deletes it, and goes on with the next', async () => {
    const [first, second] = await Promise.all([
      client.segment({ case_id: 'phantom-large-left', force: true }),
      client.segment({ case_id: 'phantom-no-lesion', force: true }),
    ]);
    expect((await client.cancelJob(first.jobId)).status).toBe('cancelled');
    expect((await follow(second.jobId)).at(-1)?.status).toBe('completed');
    expect((await client.getJob(first.jobId)).status).toBe('cancelled');

    for (const { jobId } of [first, second]) {
      const deleted = await fetch(`${running.url}/api/jobs/${jobId}?purge=true`, { method: 'DELETE' });
      expect(deleted.status).toBe(204);
      await expect(client.getJob(jobId)).rejects.toThrow(ServiceError);
    }
  });

  it('has a result still after it was stopped and started', async () => {
    const { jobId, result } = await runCase('phantom-large-left');
    const { pathname } = new URL(result?.predictionUrl ?? '');
    const before = await fetchBytes(running.url + pathname);
    await running.close();
    await start();
    const again = await client.getJob(jobId);
    expect(again).toMatchObject({ status: 'completed', result: { report: result?.report } });
    expect(await fetchBytes(running.url + pathname)).toEqual(before);
  });
});
