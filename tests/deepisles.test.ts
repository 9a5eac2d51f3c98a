import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, createClient } from '@atoll/contract/client';
import type { Job, SegmentRequest } from '@atoll/contract/jobs';
import { pinnedImage } from '@atoll/engines/deepisles/image';
import { readSettings } from '@atoll/instance/settings';
import { type RunningServer, startServer } from '@atoll/server/start';
import { readNifti } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StandIn } from '../packages/engines/test/deepisles-stand-in/stand-in.ts';
import { lasGrid, leftInfarct, makeHead } from '../packages/engines/test/head.ts';

const atoll = join(import.meta.dirname, '../packages/cli/bin/atoll.js');
const machine = new StandIn();
const dataDir = join(machine.folder, 'atoll');
/** The stand-ins stand before whatever this machine has. */
const env = { ...machine.env, PATH: `${machine.bin}:${process.env.PATH}`, ATOLL_DATA_DIR: dataDir };

afterAll(() => machine.remove());

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [atoll, ...args], { env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

describe('DeepISLES from the command line, by a stand-in of docker', () => {
  it('is fetched by `atoll engines pull` alone, and says before and after whether it can run', async () => {
    machine.write('images', '');
    expect((await run('doctor')).stdout).toMatch(
      /NO {2}engine deepisles.*\n.*→ .*atoll engines pull deepisles/,
    );
    expect(machine.calls('docker', 'pull')).toEqual([]);
    const pull = await run('engines', 'pull', 'deepisles');
    expect([pull.code, pull.stdout]).toEqual([0, 'DeepISLES is there, and can run here\n']);
    expect(pull.stderr).toContain('2 of 3 layers');
    expect(machine.calls('docker', 'pull')).toEqual([['docker', 'pull', pinnedImage]]);
  });

  it('writes the models’ maps beside the mask and the report', async () => {
    const head = makeHead(lasGrid, [leftInfarct]);
    const files = join(machine.folder, 'patient');
    mkdirSync(files);
    for (const [name, volume] of [
      ['dwi', head.dwi],
      ['adc', head.adc],
      ['flair', head.dwi],
    ] as const) {
      writeFileSync(join(files, `${name}.nii`), writeNifti(volume, 'float32'));
    }
    const out = join(machine.folder, 'out');
    const images = ['dwi', 'adc', 'flair'].flatMap((name) => [`--${name}`, join(files, `${name}.nii`)]);
    const { code, stdout } = await run(
      ...['segment', ...images, '--engine', 'deepisles', '--preset', 'ensemble'],
      ...['--option', 'team-outputs', '--option', 'mni', '--out', out, '--json'],
    );
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual([
      'extra_lesion-msk-mni.nii.gz',
      'inputs.json',
      'lesion_msk.nii.gz',
      'overlay_agreement.nii.gz',
      'overlay_factorizer.nii.gz',
      'overlay_nvauto.nii.gz',
      'overlay_seals.nii.gz',
      'report.html',
      'report.json',
      'report.pdf',
    ]);
    const report = JSON.parse(stdout);
    expect(report.lesions[0].side).toBe('left');
    expect(report.provenance).toMatchObject({ engine: 'deepisles', options: ['team-outputs', 'mni'] });
    expect(report.provenance.citations.join()).toMatch(/DeepISLES.*ISLES 2022/);
    const agreement = await readNifti(readFileSync(join(out, 'overlay_agreement.nii.gz')));
    expect(new Set(agreement.data)).toEqual(new Set([0, 2, 3]));
    expect(agreement.affine).toEqual(lasGrid.affine);
  });
});

describe('DeepISLES behind the API, by a stand-in of docker', () => {
  let running: RunningServer;
  let client: Client;
  const caseId = 'phantom-thick-slices';
  const before = { ...process.env };

  beforeAll(async () => {
    // The engine looks at the environment of its process.
    Object.assign(process.env, machine.env, { PATH: env.PATH });
    running = await startServer(
      readSettings({
        ATOLL_DATA_DIR: dataDir,
        ATOLL_PORT: '0',
        ATOLL_ENGINE: 'deepisles',
        ATOLL_LOG_LEVEL: 'silent',
      }),
    );
    client = createClient(running.url);
  });
  afterAll(async () => {
    await running.close();
    process.env = before;
  });

  const submit = async (request: Omit<SegmentRequest, 'case_id'>): Promise<Job> => {
    const { jobId } = await client.segment({ case_id: caseId, ...request });
    for (;;) {
      const job = await client.getJob(jobId);
      if (job.status !== 'pending' && job.status !== 'running') return job;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('is listed with its presets and options', async () => {
    const { engines, default: chosen } = await client.listEngines();
    const engine = engines.find(({ id }) => id === chosen);
    expect(engine).toMatchObject({ id: 'deepisles', usable: true });
    expect(engine?.presets.map(({ id }) => id)).toEqual(['auto', 'fast', 'ensemble']);
    expect(engine?.options.map(({ id }) => id)).toEqual(['skull-strip', 'team-outputs', 'mni', 'parallel']);
  });

  it('means by fast_mode what the original meant, and a preset goes before it', async () => {
    const presets = [
      [{}, 'fast', false],
      [{ fast_mode: true }, 'fast', false],
      [{ fast_mode: false }, 'auto', true],
      [{ preset: 'auto' }, 'auto', true],
    ] as const;
    for (const [request, preset, warned] of presets) {
      const job = await submit(request);
      expect([job.status, job.error, job.preset]).toEqual(['completed', null, preset]);
      // Without FLAIR only one model ran, and who asked for more is told.
      expect(job.result?.warning?.includes('only one of the three models') ?? false).toBe(warned);
      expect(job.result?.report.lesions[0].side).toBe('left');
      expect(job.result?.overlays).toEqual([]);
    }
  });

  it.each([
    [{ preset: 'ensemble' }, 'STUDY_NO_FLAIR'],
    [{ options: ['mni'] }, 'STUDY_NO_FLAIR'],
    [{ options: ['faster'] }, 'OPTION_UNKNOWN'],
  ])('refuses %j at once', async (request, code) => {
    await expect(client.segment({ case_id: caseId, ...request })).rejects.toMatchObject({
      status: 422,
      problem: { code },
    });
  });
});

describe('the image of DeepISLES', () => {
  it('is the same one in the Dockerfile of the Space', () => {
    const dockerfile = readFileSync(join(import.meta.dirname, '../deploy/spaces/Dockerfile'), 'utf8');
    expect(dockerfile.match(/^FROM isleschallenge.*$/gm)).toEqual([`FROM ${pinnedImage}`]);
  });
});
