import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeepIslesEngine } from '@atoll/engines/deepisles/engine';
import type { DeepIslesOptions } from '@atoll/engines/deepisles/examine';
import { pinnedImage } from '@atoll/engines/deepisles/image';
import { measureLesions } from '@atoll/engines/measure';
import { compareMasks } from '@atoll/volume/metrics';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lasGrid, leftInfarct, makeHead } from '../../packages/engines/test/head.ts';
import { ensureApptainer, ensureSquashfuse } from '../../scripts/containers/apptainer.ts';
import { must } from '../../scripts/containers/engine.ts';
import { standInImage } from '../../scripts/containers/images.ts';
import { PretendedGpu } from './gpu.ts';
import { here, mustHave } from './here.ts';
import { startPatientRun } from './patient-run.ts';

const head = makeHead(lasGrid, [leftInfarct]);
const study = { dwi: head.dwi, adc: head.adc };
const apptainer = here === null ? 'there are no containers to make its image of' : ensureApptainer();
const squashfuse = typeof apptainer === 'string' ? null : ensureSquashfuse();
if (typeof apptainer === 'string') console.warn(`The tests of Apptainer are skipped: ${apptainer}.`);

describe.skipIf(typeof apptainer === 'string')(
  'DeepISLES by the real Apptainer, with stand-ins of its programs',
  () => {
    let machine: PretendedGpu;
    let env: NodeJS.ProcessEnv;
    let data: string;
    let sandbox: string;
    let program: string;
    const children: ChildProcess[] = [];

    beforeAll(() => {
      const { bin } = typeof apptainer === 'string' ? { bin: '' } : apptainer;
      program = join(bin, 'apptainer');
      machine = new PretendedGpu(mustHave());
      // As where user namespaces are all that there is: no setuid, no capability of root's.
      env = {
        ...machine.env,
        PATH: [machine.env.PATH, bin].join(delimiter),
        APPTAINER_USERNS: '1',
        APPTAINERENV_SMUGGLED: 'yes',
      };
      data = join(machine.folder, 'data');
      sandbox = join(machine.folder, 'sandbox');
      mkdirSync(sandbox);
      const container = must(mustHave(), ['create', standInImage]).split('\n').at(-1) ?? '';
      const archive = join(machine.folder, 'image.tar');
      must(mustHave(), ['export', '--output', archive, container]);
      must(mustHave(), ['rm', container]);
      execFileSync('tar', ['-C', sandbox, '-xf', archive]);
      // What an image of a registry brings along, its variables and its origin, as Apptainer notes them.
      mkdirSync(join(sandbox, '.singularity.d/env'), { recursive: true });
      const variables = {
        STANDIN: '/standin',
        STANDIN_CODE: '/opt/stand-in',
        STANDIN_NODE: '/usr/local/bin/node',
      };
      const path = '/usr/local/bin:/usr/bin:/bin';
      writeFileSync(
        join(sandbox, '.singularity.d/env/10-docker2singularity.sh'),
        Object.entries({ ...variables, STANDIN_PATH: path })
          .map(([name, value]) => `export ${name}=${value}\n`)
          .join(''),
      );
      label(pinnedImage);
      faults();
    }, 300_000);
    afterEach(() => faults());
    afterAll(() => {
      for (const child of children) child.kill('SIGKILL');
      machine?.remove();
    });

    const label = (from: string) =>
      writeFileSync(
        join(sandbox, '.singularity.d/labels.json'),
        JSON.stringify({ 'org.label-schema.usage.singularity.deffile.from': from }),
      );
    const faults = (...names: string[]) =>
      writeFileSync(join(sandbox, 'standin/fault'), `${names.join('\n')}\n`);
    const open = (options: DeepIslesOptions = {}) =>
      new DeepIslesEngine({
        ...{ env, folder: data, runtime: 'apptainer', apptainerImage: sandbox },
        ...{ leasePrefix: machine.folder, pauseMs: 50, ...options },
      });
    const leftovers = (folder = data) => {
      const scratch = join(folder, 'scratch');
      if (!existsSync(scratch)) return [];
      return readdirSync(scratch).flatMap((each) => readdirSync(join(scratch, each)));
    };
    /** Processes of the models in containers of these tests. */
    const models = () =>
      readdirSync('/proc').filter((pid) => {
        try {
          return (
            /^\d+$/.test(pid) &&
            readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/opt/stand-in/models.ts')
          );
        } catch {
          return false;
        }
      });
    const untilModelsRun = async () => {
      while (models().length === 0) await sleep(50);
    };

    it.each(['default', 'none'] as const)(
      'gives a mask on the right side, with the network %s, and leaves nothing behind',
      async (network) => {
        const engine = open({ network });
        expect(await engine.availability()).toEqual({ usable: true });
        const { mask, brain, parameters } = await engine.segment(study, { preset: 'fast' });
        expect(compareMasks(mask, head.truth).dice).toBeGreaterThan(0.9);
        expect(measureLesions({ mask, adc: head.adc, brain }).lesions[0].side).toBe('left');
        expect(parameters).toMatchObject({
          way: 'container',
          runtime: expect.stringMatching(/^apptainer \d/),
          imageForm: 'sandbox',
          imageDigest: pinnedImage.split('@')[1],
        });
        expect([models(), leftovers()]).toEqual([[], []]);
        // What was written beside the code is not in the image.
        expect(readdirSync(join(sandbox, 'app/src/SEALS'))).toEqual([]);
      },
    );

    it.skipIf(squashfuse === null)('runs from one SIF file as well', async () => {
      const sif = join(machine.folder, 'image.sif');
      const quickly = ['--mksquashfs-args', '-comp lz4 -no-xattrs'];
      execFileSync(program, ['build', ...quickly, sif, sandbox], { env, stdio: ['ignore', 'ignore', 2] });
      // It says that it was made of the folder, and not of the registry's image.
      expect(await open({ apptainerImage: sif }).availability()).toMatchObject({ usable: false });
      const engine = open({ apptainerImage: sif, image: sandbox });
      expect(await engine.availability()).toEqual({ usable: true });
      const { mask, parameters } = await engine.segment(study, { preset: 'fast' });
      expect(compareMasks(mask, head.truth).dice).toBeGreaterThan(0.9);
      expect(parameters).toMatchObject({ imageForm: 'SIF', imageDigest: 'not pinned' });
      expect([models(), leftovers()]).toEqual([[], []]);
    });

    it('sees how far SEALS is, and does not believe an empty mask of parts that are missing', async () => {
      faults('seals-crash');
      await expect(open().segment(study, { preset: 'fast' })).rejects.toMatchObject({
        code: 'ENGINE_FAILED',
        message: expect.stringContaining('only 0 of its 5 folds'),
      });
      expect(leftovers()).toEqual([]);
    });

    it('is stopped in the middle with all its processes', async () => {
      faults('hang');
      const stop = new AbortController();
      const ended = open().segment(study, { preset: 'fast', signal: stop.signal });
      const failed = expect(ended).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
      await untilModelsRun();
      stop.abort();
      await failed;
      expect([models(), leftovers()]).toEqual([[], []]);
    });

    it('ends with an Atoll that is killed, and its folder goes with the next run', async () => {
      faults('hang');
      const dataDir = join(machine.folder, 'killed');
      const child = startPatientRun(join(machine.folder, 'patient'), study, {
        ...env,
        ATOLL_DATA_DIR: dataDir,
        ATOLL_CONTAINER_RUNTIME: 'apptainer',
        ATOLL_APPTAINER_IMAGE: sandbox,
      });
      children.push(child);
      await untilModelsRun();
      child.kill('SIGKILL');
      await once(child, 'exit');
      while (models().length > 0) await sleep(20);
      const own = join(dataDir, 'deepisles');
      expect(leftovers(own)).toHaveLength(1);
      faults();
      await open({ folder: own, leasePrefix: 'atoll-gpu' }).segment(study, { preset: 'fast' });
      expect(leftovers(own)).toEqual([]);
    });

    it('tells a crash from an image that Apptainer cannot start, and keeps the log', async () => {
      faults('crash');
      await expect(open().segment(study)).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
      const logs = join(data, 'logs');
      const kept = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
      expect(kept.join()).toContain('device-side assert triggered');
    });

    it('says what is there and why not: no image, one of another origin, one that says nothing, another’s GPU', async () => {
      const say = async (options: DeepIslesOptions) => {
        const availability = await open(options).availability();
        return availability.usable ? 'usable' : `${availability.reason} ${availability.cure}`;
      };
      expect(await say({ apptainerImage: join(machine.folder, 'none.sif') })).toMatch(
        /not on this machine.*atoll engines pull deepisles.*ATOLL_APPTAINER_IMAGE/,
      );
      expect(await say({ env: { ...env, CUDA_VISIBLE_DEVICES: '3' } })).toContain('was given GPU 3');
      label('somebody/else:1.0');
      expect(await say({})).toContain('was made of somebody/else:1.0, not of isleschallenge/deepisles@');
      expect(await say({ image: 'somebody/else:1.0' })).toBe('usable');
      label('');
      writeFileSync(join(sandbox, '.singularity.d/labels.json'), '{}');
      expect(await say({})).toContain('does not say what it was made of');
      expect(await say({ image: 'somebody/else:1.0' })).toBe('usable');
      label(pinnedImage);
    });
  },
);
