import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createClient } from '@atoll/contract/client';
import { scaling } from '@atoll/volume/affine';
import { writeNifti } from '@atoll/volume/nifti-write';
import { madeSeries } from '../../packages/dicom/test/made-dicom.ts';
import { providerClient, startProvider } from '../../packages/server/test/openid-provider.ts';
import { freePort } from '../../scripts/free-port.ts';
import { ReviewProcess } from '../review-process.ts';
import { writeSmallCohort } from '../small-cohort.ts';
import type { Door, House } from './doors.ts';
import { startLoopbackServer } from './loopback-server.ts';

/** A house with its doors, and what every request to it carries. */
export type OpenHouse = {
  readonly name: string;
  readonly house: House;
  readonly doors: readonly Door[];
  readonly usual: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

const json = (value: unknown) => ['application/json', Buffer.from(JSON.stringify(value))] as const;
const mask = gzipSync(
  writeNifti({ shape: [12, 10, 6], affine: scaling([-6, 6, 6]), data: new Float32Array(720) }, 'uint8'),
);

async function form(fields: Readonly<Record<string, string | Uint8Array>>) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') data.append(name, value);
    else data.append(name, new Blob([new Uint8Array(value)]), 'mask.nii.gz');
  }
  const request = new Request('http://atoll.invalid', { method: 'POST', body: data });
  return [request.headers.get('content-type') ?? '', new Uint8Array(await request.arrayBuffer())] as const;
}

/** @returns the id of a job that is done. */
async function doneJob(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const client = createClient(url, (address, init) =>
    fetch(address, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...headers } }),
  );
  const { jobId } = await client.segment({ case_id: 'phantom-large-left' });
  for (let tries = 0; tries < 600 && (await client.getJob(jobId)).status !== 'completed'; tries++) {
    await sleep(200);
  }
  return jobId;
}

/** Where archives store examinations and people have signed in at a proxy: somebody who may do everything knocks. */
export async function openSignedInHouse(): Promise<OpenHouse> {
  const nobody = await freePort();
  const server = await startLoopbackServer({
    ATOLL_AUTH: 'proxy',
    ATOLL_TRUSTED_PROXIES: 'loopback',
    ATOLL_ADMIN_GROUPS: 'admins',
    ATOLL_DICOM_RECEIVE: 'on',
    ATOLL_DICOM_QUIET: '1s',
    // One that nobody answers at.
    ATOLL_ARCHIVES: `pacs=http://127.0.0.1:${nobody}/dicom-web`,
  });
  const usual = { 'x-forwarded-user': 'ann', 'x-forwarded-groups': 'admins' };
  const jobId = await doneJob(server.url, usual);
  const parts = madeSeries({ series: '1.2.3' }, [0, 1000]).map((bytes) =>
    Buffer.concat([Buffer.from('\r\n--b\r\nContent-Type: application/dicom\r\n\r\n'), bytes]),
  );
  const instances = Buffer.concat([...parts, Buffer.from('\r\n--b--\r\n')]);
  const bodies = [['multipart/related; type="application/dicom"; boundary=b', instances]] as const;
  const revision = { verdict: 'accepted', note: 'x', author: 'a', parent: 0 };
  const revised = await form({ verdict: 'corrected', author: 'a', parent: '0', mask });
  const search = json({ patientId: 'a*', date: '20260101-', limit: 5 });
  return {
    name: 'doors of a service that people sign in to',
    house: server,
    usual,
    doors: [
      { method: 'POST', path: '/dicom-web/studies', bodies },
      { method: 'POST', path: '/dicom-web/studies/*', bodies },
      { method: 'GET', path: '/api/archives' },
      { method: 'POST', path: '/api/archives/*/search', bodies: [search] },
      { method: 'POST', path: '/api/archives/pacs/search', bodies: [search] },
      { method: 'POST', path: '/api/archives/pacs/cases', bodies: [json({ studyUid: '1.2.3' })] },
      { method: 'GET', path: '/api/audit' },
      { method: 'GET', path: '/api/me' },
      { method: 'POST', path: '/api/tokens', bodies: [json({ label: 'a', user: 'b', days: 3 })] },
      { method: 'DELETE', path: '/api/tokens/*' },
      { method: 'GET', path: '/share/*' },
      { method: 'POST', path: '/api/shares', bodies: [json({ jobId, hours: 5 })] },
      { method: 'GET', path: `/api/jobs/${jobId}/shares` },
      { method: 'DELETE', path: '/api/shares/*' },
      { method: 'POST', path: `/api/jobs/${jobId}/revisions`, bodies: [json(revision), revised] },
      { method: 'GET', path: `/api/jobs/${jobId}/revisions/*` },
      { method: 'GET', path: `/api/jobs/${jobId}/revisions/0/files/*` },
      { method: 'GET', path: `/api/jobs/${jobId}/files.zip` },
      { method: 'POST', path: '/api/segment', bodies: [json({ case_id: 'x', options: ['a'], engine: 'b' })] },
      { method: 'GET', path: '/files/*/*/*' },
      { method: 'GET', path: '/api/engines' },
    ],
    close: () => server.stop(),
  };
}

/** Where people sign in with a real OpenID provider: a stranger knocks. */
export async function openProviderHouse(): Promise<OpenHouse> {
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const provider = await startProvider({ publicUrl });
  const server = await startLoopbackServer({
    ATOLL_PORT: String(port),
    ATOLL_PUBLIC_URL: publicUrl,
    ATOLL_AUTH: 'oidc',
    ATOLL_OIDC_ISSUER: provider.issuer,
    ATOLL_OIDC_CLIENT_ID: providerClient.id,
    ATOLL_OIDC_CLIENT_SECRET: providerClient.secret,
  });
  return {
    name: 'doors of a service with an OpenID provider',
    house: server,
    usual: { host: `localhost:${port}` },
    doors: [
      { method: 'GET', path: '/sign-in' },
      { method: 'GET', path: '/sign-in/done' },
      { method: 'GET', path: '/signed-in' },
      { method: 'POST', path: '/api/sign-out', bodies: [json({})] },
      { method: 'GET', path: '/api/me' },
      { method: 'GET', path: '/share/*' },
      { method: 'GET', path: '/api/jobs/*' },
      { method: 'GET', path: '/' },
    ],
    close: async () => {
      await server.stop();
      await provider.stop();
    },
  };
}

/** One reader's review of a derivative: whoever knows its address knocks. */
export async function openReviewHouse(): Promise<OpenHouse> {
  const root = mkdtempSync(join(tmpdir(), 'atoll-review-attacked-'));
  await writeSmallCohort(join(root, 'bids'), 1);
  const review = await ReviewProcess.start(join(root, 'bids'), '--rater', 'ann');
  const reading = { verdict: 'accepted', note: '' };
  const corrected = await form({ verdict: 'corrected', mask });
  return {
    name: 'doors of a review',
    house: { url: review.url, isAlive: async () => (await fetch(review.url)).ok },
    usual: {},
    doors: [
      { method: 'GET', path: '/api/review' },
      { method: 'GET', path: '/api/review/cases/*' },
      { method: 'GET', path: '/api/review/cases/*/files/*' },
      { method: 'GET', path: '/api/review/cases/01/files/*' },
      { method: 'GET', path: '/api/review/cases/*/corrected/*' },
      { method: 'POST', path: '/api/review/cases/*', bodies: [json(reading), corrected] },
      { method: 'GET', path: '/*' },
    ],
    close: async () => {
      await review.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
