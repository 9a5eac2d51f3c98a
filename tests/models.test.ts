import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePhantomFiles } from '@atoll/phantom/case-files';
import { axialGrid } from '@atoll/phantom/grids';
import { phantomCases } from '@atoll/phantom/specs';
import { describe, expect, it } from 'vitest';
import { runAtoll } from '../packages/cli/test/run-atoll.ts';
import { infarctNetwork, writeModelFolder } from '../packages/models/test/small-model.ts';
import { ensureOnnxRuntime } from '../scripts/onnx-runtime.ts';

const scratch = (name: string) => mkdtempSync(join(tmpdir(), `atoll-${name}-`));
const runtime = await ensureOnnxRuntime();
const patch = [24, 40, 40];
const model = writeModelFolder({ patch, spacingMm: [5, 4, 4], mirrorAxes: [] }, [
  { ...infarctNetwork, patch },
]);

describe('atoll models', () => {
  it('adds a model, runs it as an engine of `segment`, and removes it', async () => {
    const dataDir = scratch('data');
    const env = { ATOLL_DATA_DIR: dataDir };

    const refused = await runAtoll(['models', 'add', model], { env });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('CC-BY-4.0');
    expect(refused.stderr).toContain('--accept-licence');

    const added = await runAtoll(['models', 'add', model, '--accept-licence'], { env });
    expect(added).toMatchObject({ code: 0, stderr: '' });
    // Nothing is fetched without being asked for.
    expect(added.stdout).toContain('atoll models runtime');
    const unable = await runAtoll(['engines'], { env });
    expect(unable.stdout).toMatch(/small 1\.2\.3: Small model\n {2}cannot run here: ONNX Runtime/);

    symlinkSync(runtime, join(dataDir, 'onnxruntime'));
    const [folder, out] = [scratch('images'), scratch('out')];
    const files = await makePhantomFiles({
      ...phantomCases[0].spec,
      grid: axialGrid([56, 64, 30], [4, 4, 5], { x: 'L', y: 'A' }, [0, -17, 10]),
    });
    for (const [role, bytes] of Object.entries(files)) writeFileSync(join(folder, `${role}.nii.gz`), bytes);
    const image = (role: string) => join(folder, `${role}.nii.gz`);
    const run = await runAtoll(
      [
        'segment',
        '--dwi',
        image('dwi'),
        '--adc',
        image('adc'),
        '--reference',
        image('reference'),
        '--engine',
        'small',
        '--option',
        'probability',
        '--out',
        out,
        '--no-report',
      ],
      { env },
    );
    expect(run.code, run.stderr).toBe(0);
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    expect(report.engine).toBe('small');
    expect(report.metrics.sensitivity).toBeGreaterThan(0.3);
    expect(report.plainLook.status).toBe('done');
    expect(report.probability.threshold).toBe(0.5);
    expect(report.provenance).toMatchObject({
      engineVersion: '1.2.3',
      citations: ['Somebody. A model for tests. 2026.'],
      parameters: { licence: 'CC-BY-4.0', folds: 1 },
    });
    expect(readFileSync(join(out, 'probability.nii.gz')).length).toBeGreaterThan(1000);

    expect(await runAtoll(['models', 'remove', 'small'], { env })).toMatchObject({ code: 0 });
    const gone = await runAtoll(
      ['segment', '--case', 'phantom-large-left', '--engine', 'small', '--out', out],
      { env },
    );
    expect(gone.stderr).toContain('ENGINE_UNKNOWN');
  });

  it('checks a model on a phantom: time, memory, and whether it finds the infarct', async () => {
    const dataDir = scratch('data');
    const env = { ATOLL_DATA_DIR: dataDir };
    symlinkSync(runtime, join(dataDir, 'onnxruntime'));
    await runAtoll(['models', 'add', model, '--accept-licence'], { env });
    const { code, stdout, stderr } = await runAtoll(['models', 'check', 'small', '--json'], { env });
    expect(code, stderr).toBe(0);
    const figures = JSON.parse(stdout);
    expect(figures).toMatchObject({ foundInfarct: true });
    expect(figures.peakMegabytes).toBeGreaterThan(50);
    expect(figures.sensitivity).toBeGreaterThan(0.1);
  });

  it('points at the import where it is given what nnU-Net or MONAI wrote', async () => {
    const folder = scratch('results');
    writeFileSync(join(folder, 'plans.json'), '{}');
    const { code, stderr } = await runAtoll(['models', 'add', folder, '--accept-licence']);
    expect(code).toBe(2);
    expect(stderr).toContain('import-nnunet');
  });
});
