import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaseRegistry } from '@atoll/cases/registry';
import { openUploadedCases } from '@atoll/instance/uploaded-cases';
import type { Jobs } from '@atoll/jobs/jobs';
import { openJobs } from '@atoll/jobs/open-jobs';
import type { FastifyInstance } from 'fastify';
import { usualPace } from '../src/guards/body-deadline.ts';
import { buildServer } from '../src/server.ts';
import { UploadDesk } from '../src/uploads/upload-desk.ts';
import { imageBytes, memoryParts, sampleReport } from './memory-parts.ts';

/** Headers of a trusted proxy for an account. */
export function as(user: string, ...groups: string[]): Record<string, string> {
  return { 'x-forwarded-user': user, 'x-forwarded-groups': groups.join(',') };
}

const accessEnv = {
  ATOLL_TRUSTED_PROXIES: 'loopback',
  ATOLL_REVIEWER_GROUPS: 'reviewers',
  ATOLL_ADMIN_GROUPS: 'admins',
  ATOLL_SHARED_GROUPS: 'lab',
  ATOLL_RATE_LIMIT_PER_MINUTE: '0',
};

export type AccessServer = {
  readonly server: FastifyInstance;
  readonly jobs: Jobs;
  readonly uploaded: ReturnType<typeof openUploadedCases>;
  /** Address and method of every route that answers. */
  readonly routes: readonly { readonly method: string; readonly url: string }[];
  readonly dataDir: string;
  close(): Promise<void>;
};

const bytes = new Uint8Array(imageBytes);

/** A server with a real queue and real records, whose jobs are done as soon as they run. */
export async function startAccessServer(env: Record<string, string>): Promise<AccessServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atoll-access-'));
  const pageDir = mkdtempSync(join(tmpdir(), 'atoll-page-'));
  writeFileSync(join(pageDir, 'index.html'), '<!doctype html><title>Atoll</title>');
  const jobs = await openJobs({
    dataDir,
    handler: async ({ caseId }) =>
      new Map([
        [`${caseId}_dwi.nii.gz`, bytes],
        [`${caseId}_adc.nii.gz`, bytes],
        ['lesion_msk.nii.gz', bytes],
        ['report.json', new TextEncoder().encode(JSON.stringify(sampleReport()))],
      ]),
    concurrency: 1,
    timeoutSeconds: 60,
    maxPending: 1000,
  });
  // A case stays, whoever may remove it, so that all can be asked about it.
  Object.defineProperty(jobs, 'cases', { value: { ...jobs.cases, remove: async () => undefined } });
  const parts = memoryParts({ ...accessEnv, ...env, ATOLL_DATA_DIR: dataDir }, pageDir);
  const uploaded = openUploadedCases(parts.settings);
  const uploads = new UploadDesk(parts.settings, uploaded);
  const listed = {
    id: 'listed',
    title: 'Listed',
    list: async () => (await parts.cases.survey()).cases,
    open: (caseId: string) => parts.cases.open(caseId),
  };
  const server = await buildServer({
    ...parts,
    jobs,
    access: Promise.resolve(jobs.access),
    cases: new CaseRegistry([listed, uploaded]),
    uploads,
    // Requests of the tests have no socket that could be too slow.
    bodyPace: { ...usualPace, windowMs: 3600_000 },
  });
  return {
    server,
    jobs,
    uploaded,
    routes: routesOf(server),
    dataDir,
    async close() {
      await server.close();
      await jobs.stop();
      for (const folder of [dataDir, pageDir]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Read from the server itself, so that a route that is added is played as well. */
function routesOf(server: FastifyInstance) {
  const lines = server.printRoutes({ commonPrefix: false, includeHooks: false }).split('\n');
  const path: string[] = [];
  const routes: { method: string; url: string }[] = [];
  for (const line of lines) {
    const [, indent, part, methods] = /^([│ ]*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (part === undefined) continue;
    const depth = indent.length / 4;
    path.length = depth;
    path[depth] = part;
    const url = path.join('');
    for (const method of methods?.split(', ') ?? []) routes.push({ method, url });
  }
  return routes;
}

/** Waits until a job has ended. */
export async function ended(jobs: Jobs, jobId: string): Promise<void> {
  const done = Promise.withResolvers<void>();
  const look = async () => {
    const job = await jobs.get(jobId);
    if (job === null || (job.status !== 'pending' && job.status !== 'running')) done.resolve();
  };
  const unwatch = jobs.watch(() => void look());
  await look();
  await done.promise;
  unwatch();
}
