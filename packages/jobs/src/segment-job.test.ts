import type { OpenedCase } from '@atoll/cases/source';
import type { Engine } from '@atoll/engines/engine';
import { AtollError } from '@atoll/errors/error';
import { gunzip, gzip, isGzip } from '@atoll/volume/gzip';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import { writeNifti, writeNiftiMask } from '@atoll/volume/nifti-write';
import type { Affine, Grid } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import type { Job } from './job.ts';
import type { JobProgress } from './job-table.ts';
import { segmentJob } from './segment-job.ts';

/** First index to the patient's left: a path that goes by array order puts the lesion on the wrong side. */
const affine: Affine = [
  [-2, 0, 0, 16],
  [0, 2, 0, -16],
  [0, 0, 5, 0],
];
const grid: Grid = { shape: [16, 16, 6], affine };
const voxels = 16 * 16 * 6;
const dwi = writeNifti({ ...grid, data: new Float32Array(voxels).fill(100) }, 'float32');
const adc = writeNifti({ ...grid, data: new Float32Array(voxels).fill(700) }, 'float32');
const reference = writeNiftiMask({ ...grid, data: new Uint8Array(voxels).fill(1, 40, 60) });

const other = { ...grid, data: new Uint8Array(voxels).fill(1, 45, 65) };

/** Marks always the same voxels, and looks at what it was given. */
function tinyEngine(seen: string[] = []): Engine {
  return {
    id: 'tiny',
    version: '1',
    title: 'Tiny',
    description: 'Marks always the same voxels.',
    presets: [
      { id: 'balanced', title: 'Balanced', description: 'The only way.' },
      { id: 'specific', title: 'Specific', description: 'The other only way.' },
    ],
    options: [{ id: 'team', title: 'Team', description: 'A further map.' }],
    stages: [{ id: 'mark', title: 'Marking' }],
    citations: [],
    availability: async () => ({ usable: true }),
    async segment(study, { onProgress, options, preset, signal } = {}) {
      seen.push(...Object.keys(study), preset ?? '');
      onProgress?.({ stage: 'mark', fraction: 0.5, message: 'Marking' });
      if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
      const mask = { ...grid, data: new Uint8Array(voxels).fill(1, 40, 50) };
      const overlays = options?.includes('team') ? [{ id: 'member', title: 'A member', mask: other }] : [];
      return { mask, overlays, brain: null, warnings: [], quality: [], parameters: {} };
    },
  };
}

const job: Job = {
  jobId: '0'.repeat(32),
  caseId: 'case-1',
  engine: 'tiny',
  preset: 'specific',
  options: [],
  engineVersion: '1',
  version: 1,
  priority: 'interactive',
  status: 'running',
  progress: 0,
  progressMessage: 'Starting',
  stage: null,
  error: null,
  createdAt: new Date(),
  startedAt: new Date(),
  finishedAt: null,
  revisions: 0,
  owner: null,
};

const opener = (files: OpenedCase) => ({ open: async () => files });

async function run(files: OpenedCase, engine: Engine = tinyEngine(), options: readonly string[] = []) {
  const reports: JobProgress[] = [];
  const handler = segmentJob(opener(files), () => engine);
  const { signal } = new AbortController();
  const results = await handler(
    { ...job, options },
    { signal, onProgress: (progress) => reports.push(progress) },
  );
  return { results, reports };
}

describe('the job of segmenting a case', () => {
  it('brings the images, the mask and the report, each image as .nii.gz', async () => {
    const packedAdc = await gzip(adc);
    const { results } = await run({ dwi, adc: packedAdc, reference });
    expect([...results.keys()].sort()).toEqual([
      'case-1_adc.nii.gz',
      'case-1_dwi.nii.gz',
      'case-1_reference.nii.gz',
      'lesion_msk.nii.gz',
      'report.json',
    ]);
    for (const [name, bytes] of results) expect([name, isGzip(bytes)]).toEqual([name, name.endsWith('.gz')]);
    // What came packed stays as it came; what did not is the same once unpacked.
    expect(results.get('case-1_adc.nii.gz')).toEqual(packedAdc);
    const kept = results.get('case-1_dwi.nii.gz') ?? new Uint8Array();
    expect(new Uint8Array(await gunzip(kept, 1e6))).toEqual(dwi);
  });

  it('says how the images came about, and hashes the images alone', async () => {
    const { results } = await run({ dwi, adc, derivation: ['DWI: the mean of 12 volumes.'] });
    const report = JSON.parse(new TextDecoder().decode(results.get('report.json')));
    expect(report.provenance.derivation).toEqual(['DWI: the mean of 12 volumes.']);
    expect(Object.keys(report.provenance.inputSha256)).toEqual(['dwi', 'adc']);
  });

  it('keeps the mask on the grid of the DWI', async () => {
    const { results } = await run({ dwi, adc });
    const mask = await readNiftiMask(results.get('lesion_msk.nii.gz') ?? new Uint8Array());
    expect(mask.affine).toEqual(affine);
    expect(mask.data).toEqual(new Uint8Array(voxels).fill(1, 40, 50));
  });

  it('keeps the engine’s further maps beside the mask, with their volume and Dice', async () => {
    const { results } = await run({ dwi, adc }, tinyEngine(), ['team']);
    const map = await readNiftiMask(results.get('overlay_member.nii.gz') ?? new Uint8Array());
    expect([map.affine, map.data]).toEqual([affine, other.data]);
    const report: unknown = JSON.parse(new TextDecoder().decode(results.get('report.json')));
    // 20 voxels of 20 mm³; 5 of them among the mask's 10: 2·5 / (20 + 10).
    expect(report).toMatchObject({
      overlays: [{ id: 'member', title: 'A member', volumeMl: 0.4, diceWithMask: 1 / 3 }],
      provenance: { options: ['team'] },
    });
  });

  it('compares with the reference without showing it to the engine', async () => {
    const seen: string[] = [];
    const { results } = await run({ dwi, adc, flair: dwi, reference }, tinyEngine(seen));
    expect(seen.sort()).toEqual(['adc', 'dwi', 'flair', 'specific']);
    const report: unknown = JSON.parse(new TextDecoder().decode(results.get('report.json')));
    // 10 of 20 voxels: 2·10 / (10 + 20).
    expect(report).toMatchObject({ engine: 'tiny', metrics: { status: 'computed', dice: 2 / 3 } });
  });

  it('reports progress by stage, which does not fall', async () => {
    const { reports } = await run({ dwi, adc });
    expect(reports.map(({ stage }) => stage)).toContain('mark');
    const percents = reports.map(({ progress }) => progress);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(Math.max(...percents)).toBeLessThanOrEqual(100);
  });

  it('fails with the code of what is wrong with the case', async () => {
    await expect(run({ dwi: dwi.subarray(0, 1000), adc })).rejects.toMatchObject({ code: 'IMAGE_TRUNCATED' });
  });

  it('ends when it is told to', async () => {
    const controller = new AbortController();
    controller.abort();
    const handler = segmentJob(opener({ dwi, adc }), () => tinyEngine());
    await expect(
      handler(job, { signal: controller.signal, onProgress: () => undefined }),
    ).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });
});
