import { newToken } from '@atoll/access/new-token';
import type { Session, Share } from '@atoll/access/records';
import { hashOf, newSecret } from '@atoll/access/secret';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request, Scratch, until } from '../test/scratch.ts';
import { usePostgres } from '../test/use-postgres.ts';
import type { Jobs } from './jobs.ts';

const server = usePostgres();
const now = new Date('2026-11-26T12:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);

describe.each(['the embedded database', 'PostgreSQL'])('what is kept about access, on %s', (where) => {
  const scratch = new Scratch(async () => (where === 'PostgreSQL' ? server().newDatabase() : null));
  let jobs: Jobs;
  beforeAll(async () => {
    jobs = await scratch.open();
  });
  afterAll(() => scratch.clear());

  it('finds a token by its hash until it expires or is revoked, and lists it without', async () => {
    const { tokens } = jobs.access;
    const wish = {
      label: 'runs',
      userId: 'jane',
      groups: ['lab'],
      role: 'reader',
      scopes: ['read'],
    } as const;
    const { token, secret, hash } = newToken({ ...wish, days: 2 }, now);
    await tokens.add(token, hash);
    expect(await tokens.find(hash, later(1))).toEqual(token);
    expect(await tokens.find(hash, later(2))).toBeNull();
    expect(await tokens.find(hashOf(newSecret('token')), now)).toBeNull();
    expect(JSON.stringify(await tokens.list())).not.toContain(hash);
    expect(JSON.stringify(await tokens.list())).not.toContain(secret);
    expect(await tokens.revoke(token.tokenId)).toBe(true);
    expect(await tokens.find(hash, later(1))).toBeNull();
    expect(await tokens.revoke(token.tokenId)).toBe(false);
  });

  it('keeps links until they end, are revoked, or their job goes', async () => {
    const { shares } = jobs.access;
    const { jobId } = await jobs.submit(request, { owner: { id: 'jane', groups: [] } });
    const share: Share = {
      shareId: 'a',
      jobId,
      caseId: request.caseId,
      madeBy: 'jane',
      createdAt: now,
      expiresAt: later(1),
      revokedAt: null,
    };
    await shares.add(share, hashOf('a'));
    await shares.add({ ...share, shareId: 'b' }, hashOf('b'));
    expect(await shares.find(hashOf('a'), now)).toEqual(share);
    expect(await shares.find(hashOf('a'), later(1))).toBeNull();
    expect(await shares.revoke('b')).toBe(true);
    expect(await shares.find(hashOf('b'), now)).toBeNull();
    expect((await shares.ofJob(jobId)).map(({ shareId }) => shareId).toSorted()).toEqual(['a', 'b']);
    await until(jobs, jobId, 'completed');
    await jobs.purge(jobId);
    expect(await shares.get('a')).toBeNull();
  });

  it('keeps who signed in until their time, and lets one of many ask the provider again', async () => {
    const { sessions } = jobs.access;
    const hash = hashOf(newSecret('session'));
    const session: Session = {
      userId: 'jane',
      name: 'Jane R.',
      groups: ['lab'],
      sealed: 'c2VhbGVk',
      createdAt: now,
      expiresAt: later(1),
      endsAt: later(3),
      renewAt: now,
    };
    await sessions.add(session, hash);
    expect(await sessions.find(hash, now)).toEqual(session);
    expect(await sessions.find(hash, later(1))).toBeNull();
    await sessions.extend(hash, later(2));
    expect((await sessions.find(hash, later(1)))?.userId).toBe('jane');
    const claims = await Promise.all([1, 2, 3].map(() => sessions.claimRenewal(hash, now, later(1))));
    expect(claims.filter(Boolean)).toHaveLength(1);
    const renewal = { userId: 'jane', name: 'Jane', groups: [], sealed: null, renewAt: null };
    await sessions.renew(hash, renewal);
    expect(await sessions.find(hash, now)).toEqual({ ...session, ...renewal, expiresAt: later(2) });
    await jobs.access.sweep(new Date(0), later(1));
    expect((await sessions.remove(hash))?.userId).toBe('jane');
    expect(await sessions.remove(hash)).toBeNull();
    await sessions.add(session, hash);
    await jobs.access.sweep(new Date(0), later(1.5));
    expect(await sessions.find(hash, now)).toBeNull();
  });

  it('lists the log by account, thing and time, page by page, and forgets what is old', async () => {
    const { audit } = jobs.access;
    const entry = { way: 'proxy', action: 'open', at: now } as const;
    await audit.add([
      { ...entry, who: 'jane', subject: 'job-1' },
      { ...entry, who: 'john', subject: 'job-1', at: later(1) },
      { ...entry, who: 'jane', subject: null, at: later(2) },
    ]);
    const seen = async (wish: Partial<Parameters<typeof audit.list>[0]>) =>
      (await audit.list({ limit: 10, ...wish })).map(({ who, subject }) => `${who} ${subject}`);
    expect(await seen({})).toEqual(['jane null', 'john job-1', 'jane job-1']);
    expect(await seen({ who: 'jane' })).toEqual(['jane null', 'jane job-1']);
    expect(await seen({ subject: 'job-1' })).toEqual(['john job-1', 'jane job-1']);
    expect(await seen({ since: later(1) })).toEqual(['jane null', 'john job-1']);
    const [newest] = await audit.list({ limit: 1 });
    expect(await seen({ before: newest.number, limit: 1 })).toEqual(['john job-1']);
    await jobs.access.sweep(later(1), now);
    expect(await seen({})).toEqual(['jane null', 'john job-1']);
  });

  it('lets a job belong to its maker, who alone is answered with it again, and those who share a group', async () => {
    const jane = { id: 'jane', groups: ['lab'] };
    const wish = { ...request, preset: 'other' };
    const first = await jobs.submit(wish, { owner: jane, submissionKey: 'k'.repeat(22) });
    expect(first.owner).toEqual(jane);
    await until(jobs, first.jobId, 'completed');
    expect((await jobs.get(first.jobId))?.owner).toEqual(jane);
    const asked = async (id: string, ...groups: string[]) =>
      (await jobs.submit(wish, { owner: { id, groups } })).jobId;
    expect(await asked('jane')).toBe(first.jobId);
    expect(await asked('john', 'lab')).toBe(first.jobId);
    expect(await asked('mallory')).not.toBe(first.jobId);
    expect(await asked('mallory', 'elsewhere')).not.toBe(first.jobId);
    // By the key of somebody else's submission nothing is learnt but that it was used.
    const stolen = jobs.submit(wish, {
      owner: { id: 'mallory', groups: [] },
      submissionKey: 'k'.repeat(22),
    });
    await expect(stolen).rejects.toMatchObject({ code: 'SUBMISSION_KEY_USED' });
  });
});
