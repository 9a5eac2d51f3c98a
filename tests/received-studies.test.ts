import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Jobs } from '@atoll/jobs/jobs';
import { openJobs } from '@atoll/jobs/open-jobs';
import { studyFileKind } from '@atoll/jobs/received-study';
import { FolderStore } from '@atoll/store/folder-store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storeAnswer } from '../packages/archive/src/store-answer.ts';
import { StudyReception } from '../packages/archive/src/study-reception.ts';
import { axial, makeSeries, newStudy } from '../packages/dicom/test/source-series.ts';
import { PostgresServer } from '../packages/jobs/test/postgres-server.ts';

/** What is stored by DICOMweb, on a real PostgreSQL that two processes share. */
let server: PostgresServer;
let folder: string;
let jobs: [Jobs, Jobs];
let databaseUrl: string;

beforeAll(async () => {
  server = await PostgresServer.start();
}, 300_000);
afterAll(() => server?.stop());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-studies-'));
  databaseUrl = await server.newDatabase();
  const open = () =>
    openJobs({
      dataDir: folder,
      databaseUrl,
      handler: async () => new Map(),
      concurrency: 0,
      timeoutSeconds: 60,
      maxPending: 100,
    });
  jobs = [await open(), await open()];
  return async () => {
    for (const each of jobs) await each.stop();
    rmSync(folder, { recursive: true, force: true });
  };
});

const limits = { maxBytes: 10 * 2 ** 20, maxFiles: 12 };
const files = () => Promise.resolve(new FolderStore(join(folder, 'studies'), studyFileKind));
const reception = (at = 0, quietSeconds = 60) =>
  new StudyReception({ files, studies: jobs[at].studies, limits, quietSeconds, makeOver: null });
const kept = () => readdirSync(join(folder, 'studies')).filter((name) => studyFileKind.isId(name)).length;

function body(parts: readonly Uint8Array[], end = '--b--\r\n') {
  const text = (given: string) => new TextEncoder().encode(given);
  async function* pieces() {
    for (const part of parts) {
      yield text('--b\r\nContent-Type: application/dicom\r\n\r\n');
      yield part;
      yield text('\r\n');
    }
    yield text(end);
  }
  return pieces();
}

type Sent = Partial<Parameters<StudyReception['receive']>[0]>;
const send = (parts: readonly Uint8Array[], more: Sent = {}, at = 0) =>
  reception(at).receive({
    body: body(parts),
    boundary: 'b',
    studyUid: null,
    owner: null,
    folder,
    came: async () => undefined,
    ...more,
  });
const codes = ({ outcomes }: Awaited<ReturnType<typeof send>>) =>
  outcomes.map(({ failure }) => failure?.toString(16) ?? 'kept');

describe('files that are stored by DICOMweb', () => {
  it('are kept once, however often and by whichever process they come', async () => {
    const study = newStudy();
    const series = makeSeries({ ...axial, slices: 4, study });
    const first = await send(series);
    expect(codes(first)).toEqual(['kept', 'kept', 'kept', 'kept']);
    const again = await Promise.all([send(series), send(series, {}, 1)]);
    for (const each of again) {
      expect(codes(each)).toEqual(['kept', 'kept', 'kept', 'kept']);
      expect(each.studyIds).toEqual(first.studyIds);
    }
    expect(kept()).toBe(4);
    expect(await jobs[1].studies.instances(first.studyIds[0])).toHaveLength(4);
    const other = await send(series, { owner: { id: 'anna', groups: [] } });
    expect(other.studyIds).not.toEqual(first.studyIds);
  });

  it('are answered one by one: what is of another study, or no DICOM file, is not kept', async () => {
    const study = newStudy();
    const [one] = makeSeries({ ...axial, slices: 1, study });
    const [stranger] = makeSeries({ ...axial, slices: 1 });
    const answered = await send([one, stranger, new Uint8Array(5000), new Uint8Array(0)], {
      studyUid: study.studyUid,
    });
    expect(codes(answered).sort()).toEqual(['a900', 'c000', 'c000', 'kept']);
    const { status, body: answer } = storeAnswer(answered.outcomes);
    expect(status).toBe(202);
    expect(Object.keys(answer).sort()).toEqual(['00081198', '00081199', '0008119A']);
    expect(storeAnswer((await send([new Uint8Array(500)])).outcomes).status).toBe(409);
    expect(kept()).toBe(1);
  });

  it('stay where a body breaks off, and count against the limits of a study', async () => {
    const study = newStudy();
    const series = makeSeries({ ...axial, slices: 14, study });
    const broken = send(series.slice(0, 3), { body: body(series.slice(0, 3), '') });
    await expect(broken).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
    expect(kept()).toBe(2);
    expect(codes(await send(series.slice(0, 12)))).toEqual(Array(12).fill('kept'));
    expect(codes(await send(series.slice(12)))).toEqual(['a700', 'a700']);
    await expect(send(series)).rejects.toMatchObject({ code: 'UPLOAD_TOO_MANY_FILES' });
    const large = new Uint8Array(limits.maxBytes + 1);
    await expect(send([large])).rejects.toMatchObject({ code: 'UPLOAD_TOO_LARGE' });
    expect(kept()).toBe(12);
    expect(readdirSync(folder).filter((name) => /^[0-9a-f]{32}$/.test(name))).toEqual([]);
  });
});

describe('a received study', () => {
  it('is taken up by one process, when nothing has come for a while, and let go by one that died', async () => {
    const [one, other] = jobs.map(({ studies }) => studies);
    const series = makeSeries({ ...axial, slices: 2 });
    await send(series.slice(0, 1));
    expect(await one.claim(60)).toBeNull();
    await reception(0, 0).receive({
      body: body(series),
      boundary: 'b',
      studyUid: null,
      owner: null,
      folder,
      came: async () => undefined,
    });
    const taken = await Promise.all([one.claim(0), other.claim(0), one.claim(0)]);
    const held = taken.filter((study) => study !== null);
    expect(held.length).toBeGreaterThan(0);
    // Held for no time at all: the next one gets it, and whoever had it before changes nothing any more.
    const [first] = held;
    const next = await other.claim(60);
    expect(next?.studyId).toBe(first.studyId);
    expect(await one.settle(first, { state: 'done', dueInSeconds: null })).toBe(false);
    expect(await one.hold(first, 60)).toBe(false);
    expect(await one.claim(60)).toBeNull();
    expect(next !== null && (await other.settle(next, { state: 'ignored', dueInSeconds: null }))).toBe(true);
  });

  it('begins anew when something new comes, and not when the same comes again', async () => {
    const { studies } = jobs[0];
    const series = makeSeries({ ...axial, slices: 3 });
    const receive = (some: readonly Uint8Array[]) =>
      reception(0, 0).receive({
        body: body(some),
        boundary: 'b',
        studyUid: null,
        owner: null,
        folder,
        came: async () => undefined,
      });
    await receive(series.slice(0, 2));
    const held = await studies.claim(60);
    if (held === null) throw new Error('It is due.');
    await studies.settle(held, { state: 'done', dueInSeconds: null });
    await receive(series.slice(0, 2));
    expect(await studies.claim(60)).toBeNull();
    await receive(series);
    expect(await studies.claim(60)).toMatchObject({ state: 'receiving', round: held.round + 1 });
  });

  it('has each archive written down once for its results', async () => {
    const [one, other] = jobs.map(({ studies }) => studies);
    const { studyIds } = await send(makeSeries({ ...axial, slices: 1 }));
    const jobId = '0'.repeat(32);
    const both = ['pacs', 'research'];
    await Promise.all([one.deliveries(studyIds[0], jobId, both), other.deliveries(studyIds[0], jobId, both)]);
    const [first] = await one.deliveries(studyIds[0], jobId, both);
    await one.delivered(first, { errorCode: 'DICOMWEB_UNREACHABLE', againInSeconds: 60 });
    await other.delivered(first, 'sent');
    const all = await one.deliveries(studyIds[0], jobId, []);
    expect(all).toHaveLength(2);
    expect(all.find(({ archive }) => archive === first.archive)).toMatchObject({
      state: 'sent',
      attempts: 2,
    });
  });

  it('is forgotten with its files when its time is over, unless something is to be done', async () => {
    const { studies } = jobs[0];
    await send(makeSeries({ ...axial, slices: 2 }));
    const later = new Date(Date.now() + 3600_000);
    expect(await studies.forget(later, 10)).toEqual({ studies: 0, fileIds: [] });
    const due = await reception(0, 0).receive({
      body: body(makeSeries({ ...axial, slices: 1 })),
      boundary: 'b',
      studyUid: null,
      owner: null,
      folder,
      came: async () => undefined,
    });
    const held = await studies.claim(60);
    expect(held?.studyId).toBe(due.studyIds[0]);
    if (held !== null) await studies.settle(held, { state: 'failed', dueInSeconds: null });
    const gone = await studies.forget(later, 10);
    expect(gone.studies).toBe(1);
    expect(gone.fileIds).toHaveLength(1);
    expect(await studies.keepers(gone.fileIds)).toEqual(new Set());
  });
});
