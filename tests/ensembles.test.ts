import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineList } from '@atoll/contract/engines';
import { Job } from '@atoll/contract/jobs';
import { Report } from '@atoll/contract/report';
import { makePhantomFiles } from '@atoll/phantom/case-files';
import { axialGrid } from '@atoll/phantom/grids';
import { phantomCases } from '@atoll/phantom/specs';
import { sameGrid } from '@atoll/volume/affine';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAtoll } from '../packages/cli/test/run-atoll.ts';
import { infarctNetwork, writeModelFolder } from '../packages/models/test/small-model.ts';
import { ensureOnnxRuntime } from '../scripts/onnx-runtime.ts';

/** Two engines on one patient: the embedded one, and a tiny network that was added as a model. */

const scratch = (name: string) => mkdtempSync(join(tmpdir(), `atoll-${name}-`));
const runtime = await ensureOnnxRuntime();
const patch = [24, 40, 40];
const place = { patch, spacingMm: [5, 4, 4], mirrorAxes: [] };
const models = {
  small: writeModelFolder(place, [{ ...infarctNetwork, patch }]),
  // Hundreds of small patches.
  slow: writeModelFolder({ id: 'slow', title: 'Slow model', spacingMm: [2, 1, 1] }),
  broken: writeModelFolder({ ...place, id: 'broken', title: 'Broken model' }, [
    {
      ...infarctNetwork,
      patch,
      outputs: [infarctNetwork.outputs[0], { weights: [Number.NaN, 0], constant: 0 }],
    },
  ]),
};

const dataDir = scratch('data');
const env = { ATOLL_DATA_DIR: dataDir };
const add = async (id: keyof typeof models) =>
  expect(await runAtoll(['models', 'add', models[id], '--accept-licence'], { env })).toMatchObject({
    code: 0,
  });

const images = scratch('images');
const image = (role: string) => join(images, `${role}.nii.gz`);
const bids = scratch('bids');

beforeAll(async () => {
  symlinkSync(runtime, join(dataDir, 'onnxruntime'));
  await add('small');
  const files = await makePhantomFiles({
    ...phantomCases[0].spec,
    grid: axialGrid([56, 64, 30], [4, 4, 5], { x: 'L', y: 'A' }, [0, -17, 10]),
  });
  for (const [role, bytes] of Object.entries(files)) writeFileSync(image(role), bytes);
  const subject = join(bids, 'sub-01/ses-1/dwi');
  const reference = join(bids, 'derivatives/sub-01/ses-1');
  for (const folder of [subject, reference]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(subject, 'sub-01_ses-1_dwi.nii.gz'), files.dwi);
  writeFileSync(join(subject, 'sub-01_ses-1_adc.nii.gz'), files.adc);
  writeFileSync(join(reference, 'sub-01_ses-1_msk.nii.gz'), files.reference ?? new Uint8Array());
});

const segment = (out: string, ...more: string[]) =>
  runAtoll(['segment', '--dwi', image('dwi'), '--adc', image('adc'), '--out', out, '--no-report', ...more], {
    env,
  });
const readMask = async (folder: string, name: string) => readNiftiMask(readFileSync(join(folder, name)));

describe('atoll segment with engines joined by +', () => {
  it('runs each, keeps what each marked, and says how they agree', async () => {
    const out = scratch('out');
    const run = await segment(out, '--engine', 'small+diffusion', '--preset', 'union');
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toMatch(/Joined by union:\n {2}diffusion: \d+\.\d\d mL in /);
    expect(run.stdout).toMatch(/Dice of diffusion and small: 0\.\d{3}/);

    const report = Report.parse(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')));
    expect(report.engine).toBe('diffusion+small');
    expect(report.provenance).toMatchObject({ preset: 'union', engineVersion: '2.5.0+1.2.3' });
    expect(report.provenance.parts).toMatchObject([
      { engine: 'diffusion', preset: 'balanced', options: [] },
      { engine: 'small', engineVersion: '1.2.3', preset: 'full' },
    ]);
    // Which network it was.
    expect(report.provenance.parts?.[1].parameters['sha256 of fold_0.onnx']).toMatch(/^[0-9a-f]{64}$/);
    expect(report.provenance.citations).toContain('Somebody. A model for tests. 2026.');

    const joined = await readMask(out, 'lesion_msk.nii.gz');
    const parts = [
      await readMask(out, 'overlay_part-diffusion.nii.gz'),
      await readMask(out, 'overlay_part-small.nii.gz'),
    ];
    const votes = await readNifti(readFileSync(join(out, 'overlay_agreement.nii.gz')));
    const dwi = await readNifti(readFileSync(image('dwi')));
    for (const each of [joined, ...parts, votes]) expect(sameGrid(each, dwi)).toBe(true);
    expect([...votes.data]).toEqual([...parts[0].data].map((value, at) => value + parts[1].data[at]));
    expect([...joined.data]).toEqual([...votes.data].map((value) => (value > 0 ? 1 : 0)));
    const { ensemble } = report;
    expect(ensemble?.lesionVotes[0].shares.map(({ engine }) => engine)).toEqual(['diffusion', 'small']);
    expect(ensemble?.lesionVotes).toHaveLength(report.lesionCount);
    expect(ensemble?.disagreements.every(({ isInMask }) => isInMask)).toBe(true);

    // A later run of one engine leaves nothing of the ensemble there.
    expect((await segment(out, '--engine', 'diffusion')).code).toBe(0);
    expect(() => readFileSync(join(out, 'overlay_agreement.nii.gz'))).toThrow('ENOENT');
  });

  it('chooses another preset of a part, and refuses what no part has', async () => {
    const out = scratch('out');
    const run = await segment(out, '--engine', 'diffusion+small', '--option', 'small:fast', '--json');
    expect(run.code, run.stderr).toBe(0);
    const report = Report.parse(JSON.parse(run.stdout));
    expect(report.provenance.parts?.map(({ preset }) => preset)).toEqual(['balanced', 'fast']);
    expect(report.provenance).toMatchObject({ preset: 'majority', options: ['small:fast'] });

    const wrong = [
      [['--engine', 'diffusion+diffusion'], 'ENSEMBLE_INVALID'],
      [['--engine', 'diffusion+small', '--option', 'small:magic'], 'OPTION_UNKNOWN'],
    ] as const;
    for (const [words, code] of wrong) {
      const refused = await segment(out, ...words);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(code);
    }
  });

  it('fails as a whole where the second engine fails, and says which', async () => {
    await add('broken');
    const out = scratch('out');
    const run = await segment(out, '--engine', 'diffusion+broken');
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('MODEL_OUTPUT_INVALID');
    expect(run.stderr).toContain('“Broken model” (broken), a part of the ensemble, failed');
    expect(() => readFileSync(join(out, 'lesion_msk.nii.gz'))).toThrow('ENOENT');
  });
});

describe('atoll benchmark', () => {
  it('compares engines with their ensembles, by name and way to join', async () => {
    const out = scratch('comparison');
    const engines = 'diffusion,small+diffusion,diffusion+small:union';
    const run = await runAtoll(['benchmark', '--bids', bids, '--engines', engines, '--out', out], { env });
    expect(run.code, run.stderr).toBe(0);
    const [head, ...lines] = readFileSync(join(out, 'scores.tsv'), 'utf8').trim().split('\n');
    expect(head).toContain('dice');
    expect(lines.map((line) => line.split('\t')[0])).toEqual([
      'diffusion',
      'diffusion+small',
      'diffusion+small:union',
    ]);
    const masks = join(out, 'diffusion+small.union/sub-01/ses-1/dwi');
    const report = JSON.parse(readFileSync(join(masks, 'sub-01_ses-1_desc-lesion_report.json'), 'utf8'));
    expect(report.ensemble.rule).toBe('union');

    // Tables of the cohort, and each column of them explained.
    const derivative = join(out, 'diffusion+small.union');
    const table = (name: string) => {
      const [heads, ...rows] = readFileSync(join(derivative, `${name}.tsv`), 'utf8')
        .trim()
        .split('\n');
      const explained = JSON.parse(readFileSync(join(derivative, `${name}.json`), 'utf8'));
      expect(Object.keys(explained).sort()).toEqual(heads.split('\t').sort());
      return rows.map((row) =>
        Object.fromEntries(heads.split('\t').map((key, at) => [key, row.split('\t')[at]])),
      );
    };
    const { ensemble } = report;
    expect(table('lesions')[0]).toMatchObject({
      engine: 'diffusion+small',
      engines_dice: String(Number(ensemble.dice[0].dice.toFixed(4))),
      disagreement_count: String(ensemble.disagreements.length),
      left_out_ml: '0',
    });
    const places = table('disagreements');
    expect(places).toHaveLength(ensemble.disagreements.length);
    expect(places.length).toBeGreaterThan(0);
    expect(places[0]).toMatchObject({
      participant_id: 'sub-01',
      session_id: 'ses-1',
      place: '1',
      in_mask: 'yes',
    });
    expect(places[0].x_mm).toBe(ensemble.disagreements[0].centroidMm[0].toFixed(1));
    expect(() => readFileSync(join(out, 'diffusion/disagreements.tsv'))).toThrow('ENOENT');
    expect(readFileSync(join(masks, 'sub-01_ses-1_desc-lesion_report.html'), 'utf8')).toContain(
      'Agreement of the engines',
    );
  });
});

describe('the service', () => {
  let server: ChildProcess;
  let url = '';

  beforeAll(async () => {
    const script = join(import.meta.dirname, '../packages/server/test/serve.ts');
    server = spawn(process.execPath, [script], {
      env: { PATH: process.env.PATH, ATOLL_PORT: '0', ATOLL_LOG_LEVEL: 'error', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(server.stdout ?? server, 'data');
    url = String(line).trim().split(' ').at(-1) ?? '';
  });
  afterAll(() => {
    server.kill('SIGKILL');
  });

  const json = { 'Content-Type': 'application/json' };
  const post = async (body: object) =>
    fetch(`${url}/api/segment`, { method: 'POST', headers: json, body: JSON.stringify(body) });
  const submit = async (body: object): Promise<string> => {
    const answer = await post({ case_id: 'phantom-large-left', force: true, ...body });
    const { jobId, detail } = await answer.json();
    expect(answer.status, detail).toBe(202);
    return jobId;
  };
  const known = { headers: { Accept: 'application/vnd.atoll+json' } };
  const jobOf = async (id: string) => Job.parse(await (await fetch(`${url}/api/jobs/${id}`, known)).json());
  const until = async (id: string, isThere: (job: Job) => boolean): Promise<Job> => {
    for (;;) {
      const job = await jobOf(id);
      if (isThere(job)) return job;
      await sleep(50);
    }
  };
  const ended = ({ status }: Job) => status !== 'pending' && status !== 'running';
  const engineIds = async () =>
    EngineList.parse(await (await fetch(`${url}/api/engines`)).json()).engines.map(({ id }) => id);

  it('runs an ensemble as a job of its own, with a file for each part and for the votes', async () => {
    const id = await submit({ engine: 'small+diffusion', preset: 'union', options: ['small:fast'] });
    const job = await until(id, ended);
    expect(job).toMatchObject({ status: 'completed', engine: 'diffusion+small', preset: 'union' });
    const overlays = job.result?.overlays ?? [];
    expect(overlays.map(({ id: each }) => each)).toEqual(['part-diffusion', 'part-small', 'agreement']);
    for (const { url: file } of overlays) expect((await fetch(file)).status).toBe(200);
    expect(job.result?.report.ensemble?.parts).toHaveLength(2);
    expect(job.result?.report.provenance.parts?.[1].preset).toBe('fast');
    // The same ensemble in another order is the same, and is not computed twice.
    const again = await post({
      case_id: 'phantom-large-left',
      engine: 'diffusion+small',
      preset: 'union',
      options: ['small:fast'],
    });
    expect(await again.json()).toMatchObject({ jobId: id });
  });

  it('refuses an ensemble that cannot be, before a job is made of it', async () => {
    const codeOf = async (engine: string) => {
      const answer = await post({ case_id: 'phantom-large-left', engine });
      return [answer.status, (await answer.json()).code];
    };
    expect(await codeOf('diffusion+nobody')).toEqual([400, 'ENGINE_UNKNOWN']);
    expect(await codeOf('diffusion+diffusion')).toEqual([400, 'ENSEMBLE_INVALID']);
    expect(await codeOf('diffusion+')).toEqual([400, 'ENSEMBLE_INVALID']);
    expect(await codeOf('a+b+c+d+e+f')).toEqual([400, 'ENSEMBLE_INVALID']);
    expect((await codeOf(`diffusion+${'a'.repeat(300)}`))[0]).toBe(422);
    // DeepISLES can be a part, and is refused as by itself where it cannot run.
    expect(await codeOf('diffusion+deepisles')).toEqual([409, 'ENGINE_UNAVAILABLE']);
  });

  it('offers models as they are added, and fails a job whose model was removed while it waited', async () => {
    expect(await engineIds()).not.toContain('slow');
    await add('slow');
    expect(await engineIds()).toContain('slow');

    // Told part by part, and cancelled in the middle of the second.
    const first = await submit({ engine: 'diffusion+slow' });
    const waiting = await submit({ engine: 'diffusion+small' });
    const running = await until(first, ({ stage }) => stage === 'part-slow');
    expect(running.status).toBe('running');
    await until(first, ({ progressMessage }) => /^Slow model: .*patch \d+ of/.test(progressMessage));
    expect((await jobOf(waiting)).status).toBe('pending');

    expect(await runAtoll(['models', 'remove', 'small'], { env })).toMatchObject({ code: 0 });
    expect(await engineIds()).not.toContain('small');
    expect((await fetch(`${url}/api/jobs/${first}`, { method: 'DELETE' })).status).toBe(200);
    expect((await until(first, ended)).status).toBe('cancelled');

    const failed = await until(waiting, ended);
    expect(failed.problem).toMatchObject({ code: 'ENGINE_REMOVED' });
    expect(failed.problem?.detail).toContain('“diffusion+small”, which has been removed since');
    expect(failed.problem?.detail).toContain('There is no engine "small"');
  });

  it('names the part that failed in a job', async () => {
    const job = await until(await submit({ engine: 'diffusion+broken' }), ended);
    expect(job.problem).toMatchObject({
      code: 'MODEL_OUTPUT_INVALID',
      detail: expect.stringContaining('“Broken model” (broken), a part of the ensemble, failed'),
    });
    expect(job.result).toBeNull();
  });
});
