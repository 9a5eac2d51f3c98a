import { type ChildProcess, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AtollError } from '@atoll/errors/error';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdElsewhere, killHolder } from '../test/holder-process.ts';
import { lockFolder } from './folder-lock.ts';

let folder = '';
const holders: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-lock-'));
});

afterEach(async () => {
  for (const each of holders.splice(0)) await killHolder(each);
  rmSync(folder, { recursive: true, force: true });
});

async function holder(prefix: readonly string[] = []): Promise<ChildProcess> {
  const child = await holdElsewhere(folder, prefix);
  holders.push(child);
  return child;
}

/** A claim as a process on another machine would have left it. */
function writeForeignClaim(): string {
  const path = join(folder, 'lock.json');
  const claim = { token: 'ffffffffffffffff', pid: 1, kernel: 'another', network: 'another', socket: null };
  writeFileSync(path, JSON.stringify(claim));
  return path;
}

describe('the lock of a data folder', () => {
  it('says what stands in its way where its file is a folder', async () => {
    mkdirSync(join(folder, 'lock.json'));
    await expect(lockFolder(folder, { heartbeatMs: 20 })).rejects.toMatchObject({
      code: 'DATA_DIR_UNUSABLE',
      message: expect.stringContaining('lock.json'),
    });
  });

  it('is refused to a second process, with a sentence that says what to do', async () => {
    const child = await holder();
    const refusal: unknown = await lockFolder(folder).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'DATA_DIR_LOCKED',
      message: expect.stringContaining(`pid ${child.pid}`),
      action: expect.stringContaining('ATOLL_DATA_DIR'),
    });
  });

  it('is refused to the same process a second time', async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
    lock.release();
    (await lockFolder(folder)).release();
  });

  it('stays with a process that stands still, and is free once it is killed', async () => {
    const child = await holder();
    child.kill('SIGSTOP');
    await expect(lockFolder(folder, { heartbeatMs: 1 })).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
    await killHolder(child);
    (await lockFolder(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is found by another name of the same folder, however deep', async () => {
    const deep = join(folder, ...Array.from({ length: 6 }, () => 'a'.repeat(40)));
    mkdirSync(deep, { recursive: true });
    const lock = await lockFolder(deep);
    await expect(lockFolder(join(deep, '..', 'a'.repeat(40)))).rejects.toMatchObject({
      code: 'DATA_DIR_LOCKED',
    });
    lock.release();
  });

  const ownNetwork = ['unshare', '--net'];
  const hasNamespaces = spawnSync(ownNetwork[0], [...ownNetwork.slice(1), 'true']).status === 0;
  it.skipIf(!hasNamespaces)('holds between containers, even for a paused one (needs unshare)', async () => {
    const child = await holder(ownNetwork);
    child.kill('SIGSTOP');
    await expect(lockFolder(folder, { heartbeatMs: 1 })).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
    await killHolder(child);
    (await lockFolder(folder)).release();
  });

  it('stays with another machine as long as its heart beats', async () => {
    const path = writeForeignClaim();
    const beat = setInterval(() => utimesSync(path, new Date(), new Date()), 50);
    await expect(lockFolder(folder, { heartbeatMs: 500 })).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
    clearInterval(beat);
  });

  it('is taken over from another machine whose heart stands still, however young its last beat', async () => {
    const path = writeForeignClaim();
    const lock = await lockFolder(folder, { heartbeatMs: 20 });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
  });

  it('goes to one alone of several that find the same dead owner', async () => {
    writeForeignClaim();
    const outcomes = await Promise.allSettled(
      // As on machines of their own: without the name that a kernel gives only once.
      [1, 2, 3].map(() => lockFolder(folder, { heartbeatMs: 20, holdName: async () => null })),
    );
    const locks = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(locks).toHaveLength(1);
    for (const { value } of locks) value.release();
  });

  it('tells an owner that lost it while it stood still', async () => {
    const lost = Promise.withResolvers<AtollError>();
    const lock = await lockFolder(folder, { heartbeatMs: 10, onLost: lost.resolve });
    writeForeignClaim();
    expect(await lost.promise).toMatchObject({ code: 'DATA_DIR_LOCKED' });
    lock.release();
    expect(readdirSync(folder)).toEqual(['lock.json']);
  });
});
