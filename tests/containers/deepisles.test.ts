import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ContainerRunner } from '@atoll/engines/deepisles/container';
import { DeepIslesEngine } from '@atoll/engines/deepisles/engine';
import type { DeepIslesOptions } from '@atoll/engines/deepisles/examine';
import { measureLesions } from '@atoll/engines/measure';
import { compareMasks } from '@atoll/volume/metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lasGrid, leftInfarct, makeHead } from '../../packages/engines/test/head.ts';
import { ask, must } from '../../scripts/containers/engine.ts';
import { standInImage } from '../../scripts/containers/images.ts';
import { PretendedGpu } from './gpu.ts';
import { here, mustHave } from './here.ts';
import { startPatientRun } from './patient-run.ts';

const head = makeHead(lasGrid, [leftInfarct]);
const study = { dwi: head.dwi, adc: head.adc };
// docker --gpus needs NVIDIA's own runtime, which cannot be pretended.
const isPodman = here?.program === 'podman';

describe.skipIf(!isPodman)(
  'DeepISLES in real containers of podman, by an image with stand-ins of its programs',
  () => {
    let machine: PretendedGpu;
    let data: string;
    const children: ChildProcess[] = [];
    beforeAll(() => {
      machine = new PretendedGpu(mustHave());
      // Commas, quotes and spaces are taken apart by those who read --mount.
      data = join(machine.folder, 'data, of "a" reader');
    });
    afterAll(() => {
      for (const child of children) child.kill('SIGKILL');
      for (const name of containers()) ask(mustHave(), ['rm', '--force', name]);
      machine?.remove();
    });

    const containers = () =>
      must(mustHave(), [
        ...['ps', '--all', '--filter', 'label=org.atoll.deepisles.gpu', '--format', '{{.Names}}'],
      ])
        .split('\n')
        .filter((name) => name !== '');
    const leftovers = () => {
      const scratch = join(data, 'scratch');
      if (!existsSync(scratch)) return [];
      return readdirSync(scratch).flatMap((each) => readdirSync(join(scratch, each)));
    };
    const open = (fault = '', options: DeepIslesOptions = {}) =>
      new DeepIslesEngine({
        env: machine.env,
        folder: data,
        runtime: 'podman',
        image: `${standInImage}${fault === '' ? '' : `-${fault}`}`,
        leasePrefix: machine.folder,
        pauseMs: 50,
        ...options,
      });
    const untilRunning = async () => {
      for (;;) {
        const [name] = containers();
        if (
          name !== undefined &&
          must(mustHave(), ['inspect', '--format', '{{.State.Status}}', name]) === 'running'
        )
          return name;
        await sleep(50);
      }
    };

    it.each(['default', 'none'] as const)(
      'gives a mask on the right side, with the network %s, and leaves nothing behind',
      async (network) => {
        const engine = open('', { network });
        expect(await engine.availability()).toEqual({ usable: true });
        const { mask, brain, parameters } = await engine.segment(study, { preset: 'fast' });
        expect(compareMasks(mask, head.truth).dice).toBeGreaterThan(0.9);
        expect(measureLesions({ mask, adc: head.adc, brain }).lesions[0].side).toBe('left');
        expect(parameters).toMatchObject({
          way: 'container',
          runtime: expect.stringMatching(/^podman \d/),
          imageId: expect.stringMatching(/^(sha256:)?[0-9a-f]{64}$/),
        });
        expect([containers(), leftovers()]).toEqual([[], []]);
      },
    );

    it('is stopped in the middle: the container is gone when the answer comes', async () => {
      const stop = new AbortController();
      const ended = open('hang').segment(study, { preset: 'fast', signal: stop.signal });
      await untilRunning();
      stop.abort();
      await expect(ended).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
      expect([containers(), leftovers()]).toEqual([[], []]);
    });

    it('does not go on in its container when its client is killed', async () => {
      const ended = open('hang').segment(study, { preset: 'fast' });
      const name = await untilRunning();
      const client = clientOf(name);
      // Caught here: it may fail before the next line waits for it.
      const failed = expect(ended).rejects.toMatchObject({
        code: 'ENGINE_FAILED',
        message: expect.stringContaining('was killed (SIGKILL)'),
      });
      process.kill(client, 'SIGKILL');
      await failed;
      expect([containers(), leftovers()]).toEqual([[], []]);
    });

    it('removes, with the next run, what a killed Atoll left: its container by the label, and its folder', async () => {
      const dataDir = join(machine.folder, 'killed');
      const child = startPatientRun(join(machine.folder, 'patient'), study, {
        ...machine.env,
        ATOLL_DATA_DIR: dataDir,
        ATOLL_CONTAINER_RUNTIME: 'podman',
        ATOLL_DEEPISLES_IMAGE: `${standInImage}-hang`,
      });
      children.push(child);
      const orphan = await untilRunning();
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(containers()).toEqual([orphan]);
      const own = join(dataDir, 'deepisles');
      await open('', { folder: own, leasePrefix: 'atoll-gpu' }).segment(study, { preset: 'fast' });
      expect(containers()).toEqual([]);
      const scratch = join(own, 'scratch');
      expect(readdirSync(scratch).flatMap((each) => readdirSync(join(scratch, each)))).toEqual([]);
    });

    it('tells a crash from a lack of memory, and keeps the log', async () => {
      await expect(open('crash').segment(study)).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
      await expect(open('killed').segment(study)).rejects.toMatchObject({ code: 'ENGINE_OUT_OF_MEMORY' });
      const logs = join(data, 'logs');
      const kept = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
      expect(kept.some((text) => text.includes('device-side assert triggered'))).toBe(true);
      expect([containers(), leftovers()]).toEqual([[], []]);
    });

    it('says that the image is missing, and fetches nothing', async () => {
      const engine = open('none');
      expect(await engine.availability()).toMatchObject({
        usable: false,
        cure: expect.stringContaining('atoll engines pull deepisles'),
      });
    });

    it('removes what another user wrote into the folder of a run', async () => {
      const folder = join(data, 'by another');
      mkdirSync(join(folder, 'results'), { recursive: true });
      writeFileSync(join(folder, 'results/lesion_msk.nii.gz'), '');
      chownSync(join(folder, 'results/lesion_msk.nii.gz'), 12_345, 12_345);
      const runner = new ContainerRunner({
        ...{ runtime: 'podman', version: '', image: standInImage, network: 'default' },
        env: machine.env,
      });
      await runner.removeByRoot(folder);
      expect(readdirSync(folder)).toEqual([]);
    });
  },
);

/** The process of `podman run` with this container. */
function clientOf(container: string): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [program, what, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (program.endsWith('podman') && what === 'run' && args.includes(`--name=${container}`))
        return Number(pid);
    } catch {
      // It has ended meanwhile.
    }
  }
  throw new Error('There is no such client.');
}
