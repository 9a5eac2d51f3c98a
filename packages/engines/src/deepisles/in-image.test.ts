import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { compareMasks } from '@atoll/volume/metrics';
import { writeNiftiMask } from '@atoll/volume/nifti-write';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StandIn } from '../../test/deepisles-stand-in/stand-in.ts';
import { coarseGrid, leftInfarct, makeHead } from '../../test/head.ts';
import type { Progress, Study } from '../engine.ts';
import { DeepIslesEngine } from './engine.ts';

const head = makeHead(coarseGrid, [leftInfarct]);
const plain: Study = { dwi: head.dwi, adc: head.adc };
const withFlair: Study = { ...plain, flair: head.dwi };
const adapter = join(import.meta.dirname, 'adapter.py');

/** The adapter itself is run, by this machine's Python; what it calls is the stand-in. */
describe('DeepISLES inside its image, by a stand-in of the image', () => {
  let machine: StandIn;
  let engine: DeepIslesEngine;
  beforeEach(() => {
    machine = new StandIn();
    engine = new DeepIslesEngine({
      env: machine.env,
      folder: machine.data,
      leasePrefix: machine.folder,
      places: machine.beImage(),
      pauseMs: 20,
    });
  });
  afterEach(() => machine.remove());

  const temporaryFolders = () =>
    readdirSync('/tmp')
      .filter((name) => /^tmp\w{8}$/.test(name))
      .sort();

  it('calls the class of DeepISLES with what was asked for, by the Python of its environment', async () => {
    const before = temporaryFolders();
    const options = ['team-outputs', 'skull-strip', 'mni'];
    const { mask, overlays, parameters } = await engine.segment(withFlair, { preset: 'ensemble', options });
    expect(compareMasks(mask, head.truth).dice).toBeGreaterThan(0.9);
    expect(overlays?.map(({ id }) => id)).toEqual(['seals', 'nvauto', 'factorizer', 'agreement']);
    const [call] = machine.calls('conda');
    expect(call.slice(0, -1)).toEqual([
      'conda',
      'run',
      '--no-capture-output',
      '-n',
      'isles_ensemble',
      'python',
      adapter,
    ]);
    expect(call.at(-1)).toMatch(/\/run-[0-9a-f]{16}\/request\.json$/);
    const [run] = machine.runs();
    expect(run).toMatchObject({
      fast: false,
      skullStrip: true,
      teamOutputs: true,
      mni: true,
      parallel: false,
    });
    expect(run.output).toMatch(/\/run-[0-9a-f]{16}\/results$/);
    expect(parameters).toMatchObject({ way: 'in-image', runtime: 'inside the image' });
    // Its temporary folder was ours, and is gone with the rest.
    expect(run.work).toMatch(/\/run-[0-9a-f]{16}\/work$/);
    expect(temporaryFolders()).toEqual(before);
    expect(machine.leftovers()).toEqual([]);
  });

  it('passes parallel as it is meant', async () => {
    await engine.segment(withFlair, { preset: 'ensemble', options: ['parallel'] });
    expect(machine.runs()[0].parallel).toBe(true);
  });

  it('never takes what an earlier patient’s run left beside the code for this one’s', async () => {
    const left = join(machine.app, 'src/SEALS/test_ensemble');
    mkdirSync(left, { recursive: true });
    const others = makeHead(coarseGrid, [{ centreMm: [36, 10, 8], radiusMm: 15 }]).truth;
    writeFileSync(join(left, 'ISLES22_0001.nii.gz'), gzipSync(writeNiftiMask(others)));
    machine.faults('seals-crash');
    await expect(engine.segment(plain)).rejects.toThrow(/SEALS.*finished only 0 of its 5 folds/);
    machine.faults();
    await engine.segment(plain);
    // Nothing of a patient stays there either.
    expect(readdirSync(join(machine.app, 'src/SEALS'))).toEqual([]);
  });

  it('runs again where a run was before, and after one that failed', async () => {
    machine.faults('crash');
    await expect(engine.segment(withFlair, { options: ['mni'] })).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
    });
    machine.faults();
    await engine.segment(withFlair, { options: ['mni'] });
    await engine.segment(withFlair, { options: ['mni'] });
    expect(machine.runs()).toHaveLength(3);
  });

  it('sees the five parts of SEALS come, and says how far it is by them', async () => {
    machine.faults('slow-folds');
    const told: Progress[] = [];
    await engine.segment(plain, { onProgress: (progress) => told.push(progress) });
    expect(
      told.map(({ message }) => message).filter((message) => /^SEALS: model [2-5] of 5$/.test(message)),
    ).not.toEqual([]);
    const fractions = told.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });

  it('is stopped with everything that it started', async () => {
    machine.faults('hang');
    const controller = new AbortController();
    const running = engine.segment(plain, { signal: controller.signal });
    while (machine.runs().length === 0) await sleep(20);
    const pid = Number(machine.read('models.pid'));
    expect(machine.isAlive(pid)).toBe(true);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(machine.isAlive(pid)).toBe(false);
    expect(machine.leftovers()).toEqual([]);
  });

  it('ends by itself when Atoll is killed', async () => {
    machine.faults('hang');
    const script = `
      import { readNifti } from '@atoll/volume/nifti-read';
      import { DeepIslesEngine } from ${JSON.stringify(join(import.meta.dirname, 'engine.ts'))};
      const volume = { shape: [20, 20, 20], affine: [[3, 0, 0, 0], [0, 3, 0, 0], [0, 0, 3, 0]], data: new Float32Array(8000).fill(100) };
      const options = JSON.parse(process.env.OPTIONS);
      await new DeepIslesEngine({ ...options, env: process.env }).segment({ dwi: volume, adc: { ...volume, data: volume.data.map(() => 0.8) } });`;
    const places = { app: machine.app, conda: machine.conda };
    const options = { places, folder: machine.data, leasePrefix: machine.folder, pauseMs: 20 };
    const atoll = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      cwd: import.meta.dirname,
      env: { ...machine.env, OPTIONS: JSON.stringify(options) },
      stdio: 'ignore',
    });
    while (!existsSync(join(machine.folder, 'models.pid'))) await sleep(20);
    const pid = Number(machine.read('models.pid'));
    atoll.kill('SIGKILL');
    await once(atoll, 'exit');
    // The next run waits for that: two on one GPU would take each other's files.
    machine.faults();
    await engine.recover();
    expect(machine.isAlive(pid)).toBe(false);
    expect(machine.leftovers()).toEqual([]);
    expect((await engine.segment(plain)).mask.data.includes(1)).toBe(true);
  });

  it('says what to do where it may not write beside the code or a part is missing', async () => {
    const bare = new DeepIslesEngine({
      env: machine.env,
      places: { app: join(machine.folder, 'bare'), conda: machine.conda },
    });
    mkdirSync(join(machine.folder, 'bare/src'), { recursive: true });
    writeFileSync(join(machine.folder, 'bare/src/isles22_ensemble.py'), '');
    expect(await bare.availability()).toMatchObject({
      usable: false,
      reason: expect.stringContaining('src/SEALS'),
    });
  });

  it('has an adapter that Python 3.8 can read', async () => {
    const check = 'import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 8))';
    const python = spawn('python3', ['-c', check], { stdio: ['pipe', 'ignore', 'inherit'] });
    python.stdin.end(readFileSync(adapter));
    expect(await once(python, 'exit')).toEqual([0, null]);
  });
});
