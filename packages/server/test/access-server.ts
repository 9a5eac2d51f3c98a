import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CaseRegistry } from '@atoll/cases/registry';
import { openUploadedCases } from '@atoll/instance/uploaded-cases';
import type { Jobs } from '@atoll/jobs/jobs';
import { openJobs } from '@atoll/jobs/open-jobs';
import type { FastifyInstance } from 'fastify';
import { usualPace } from '../src/guards/body-deadline.ts';
import { buildServer } from '../src/server.ts';
import { UploadDesk } from '../src/uploads/upload-desk.ts';
import { memoryParts, sampleReport } from './memory-parts.ts';
import { freePort, providerClient, type RunningProvider, startProvider } from './openid-provider.ts';
import { adcFile, dwiFile, maskFile } from './upload-parts.ts';

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

/** A server where people sign in with a provider that is real, too; both on loopback. */
export async function startSignInServer(
  env: Record<string, string> = {},
  options: Partial<Parameters<typeof startProvider>[0]> & { isProviderDown?: boolean } = {},
  beside: AccessServer | null = null,
): Promise<AccessServer & { readonly url: string; readonly provider: RunningProvider }> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const provider = await startProvider({ publicUrl: url, ...options });
  if (options.isProviderDown === true) await provider.stop();
  const access = await startAccessServer({ ...signInEnv(provider.issuer, url), ...env }, beside);
  await access.server.listen({ host: 'localhost', port });
  return {
    ...access,
    url,
    provider,
    async close() {
      await access.close();
      await provider.stop();
    },
  };
}

/** Settings for a provider of the tests. */
export function signInEnv(issuer: string, publicUrl: string): Record<string, string> {
  return {
    ATOLL_AUTH: 'oidc',
    ATOLL_PUBLIC_URL: publicUrl,
    ATOLL_OIDC_ISSUER: issuer,
    ATOLL_OIDC_CLIENT_ID: providerClient.id,
    ATOLL_OIDC_CLIENT_SECRET: providerClient.secret,
    ATOLL_OIDC_SCOPES: 'openid profile groups',
  };
}

/** As jobs leave them: reports to read and revisions can be made of them. */
const [dwi, adc, mask] = [dwiFile, adcFile, maskFile].map((file) => new Uint8Array(gzipSync(file)));

/**
 * A server with a real queue and real records, whose jobs are done as soon as they run.
 * @param beside another one, whose queue, records and files it shares, as a second process would.
 */
export async function startAccessServer(
  env: Record<string, string>,
  beside: AccessServer | null = null,
): Promise<AccessServer> {
  const dataDir = beside?.dataDir ?? mkdtempSync(join(tmpdir(), 'atoll-access-'));
  const jobs = beside?.jobs ?? (await openAccessJobs(dataDir));
  const pageDir = mkdtempSync(join(tmpdir(), 'atoll-page-'));
  writeFileSync(join(pageDir, 'index.html'), '<!doctype html><title>Atoll</title>');
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
      rmSync(pageDir, { recursive: true, force: true });
      if (beside !== null) return;
      await jobs.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function openAccessJobs(dataDir: string): Promise<Jobs> {
  const jobs = await openJobs({
    dataDir,
    handler: async ({ caseId }) =>
      new Map([
        [`${caseId}_dwi.nii.gz`, dwi],
        [`${caseId}_adc.nii.gz`, adc],
        ['lesion_msk.nii.gz', mask],
        ['report.json', new TextEncoder().encode(JSON.stringify(sampleReport()))],
      ]),
    concurrency: 1,
    timeoutSeconds: 60,
    maxPending: 1000,
  });
  // A case stays, whoever may remove it, so that all can be asked about it.
  Object.defineProperty(jobs, 'cases', { value: { ...jobs.cases, remove: async () => undefined } });
  return jobs;
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
