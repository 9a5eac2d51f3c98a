import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StandIn } from '../../test/deepisles-stand-in/stand-in.ts';
import { ContainerRunner } from './container.ts';
import { pinnedImage } from './image.ts';
import { keepLog } from './kept-logs.ts';
import { makeScratch, sweepScratch } from './scratch.ts';

describe('what a run leaves on the disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-scratch-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const nobody = async () => undefined;

  it('is a folder that others of this machine cannot get into, with a place for a container to write', async () => {
    const scratch = await makeScratch(folder);
    expect(statSync(dirname(scratch.folder)).mode & 0o777).toBe(0o700);
    expect(statSync(join(scratch.folder, 'results')).mode & 0o777).toBe(0o777);
    await scratch.remove();
    expect(existsSync(scratch.folder)).toBe(false);
  });

  it('is swept when its process is gone, and not while it lives', async () => {
    const living = await makeScratch(folder);
    const machine = dirname(living.folder);
    const dead = join(machine, 'run-0123456789abcdef');
    const strange = join(machine, 'something-else');
    const fresh = join(folder, 'scratch/another-machine/run-0123456789abcdef');
    const old = join(folder, 'scratch/another-machine/run-fedcba9876543210');
    for (const path of [dead, strange, fresh, old]) mkdirSync(path, { recursive: true });
    utimesSync(old, 0, 0);
    await sweepScratch(folder, nobody);
    expect([living.folder, dead, strange, fresh, old].map((path) => existsSync(path))).toEqual([
      true,
      false,
      true,
      // What is another machine's may live; it is only taken when it is older than any run.
      true,
      false,
    ]);
    await living.remove();
  });

  it('is removed by a container where it is another user’s', async () => {
    const machine = new StandIn();
    const options = { version: '1', image: pinnedImage, network: 'default', env: machine.env } as const;
    machine.faults('no-toolkit');
    await new ContainerRunner({ ...options, runtime: 'docker' }).removeByRoot('/data/run-1');
    expect(machine.calls()).toEqual([
      ['docker', 'run', '--rm', '--pull=never', '--network=none', '--entrypoint=/bin/rm'].concat([
        '--mount=type=bind,source=/data/run-1,target=/app/data',
        pinnedImage,
        '-rf',
        '/app/data/results',
      ]),
    ]);
    machine.remove();
  });

  it.skipIf(process.getuid?.() !== 0)(
    'asks for that container where removing is not allowed',
    async ({ skip }) => {
      const scratch = await makeScratch(folder);
      const locked = join(scratch.folder, 'results');
      // A mounted folder cannot be removed, not even by root.
      skip(!tryRun('mount', '-t', 'tmpfs', 'none', locked), 'nothing can be mounted here');
      let asked = '';
      await scratch.remove(async (path) => {
        asked = path;
        tryRun('umount', locked);
      });
      expect(asked).toBe(scratch.folder);
      expect(existsSync(scratch.folder)).toBe(false);
    },
  );

  it('keeps the logs of the newest runs alone, for their owner', async () => {
    for (let n = 0; n < 25; n++) {
      const id = n.toString(16).padStart(16, '0');
      expect(await keepLog(folder, id, `log ${n}`)).toContain(`deepisles/logs/${id}.log`);
      utimesSync(join(folder, 'logs', `${id}.log`), n, n);
    }
    const names = readdirSync(join(folder, 'logs'));
    expect(names).toHaveLength(20);
    expect(names).not.toContain('0000000000000004.log');
    expect(statSync(join(folder, 'logs', names[0])).mode & 0o777).toBe(0o600);
  });
});

function tryRun(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
