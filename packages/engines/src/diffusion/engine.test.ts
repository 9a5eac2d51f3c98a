import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { scaling } from '@atoll/volume/affine';
import { describe, expect, it } from 'vitest';
import { leftInfarct, makeHead, rasGrid } from '../../test/head.ts';
import { type Bounds, boundsOf } from './bounds.ts';
import { DiffusionEngine } from './engine.ts';
import { segmentDiffusion } from './pipeline.ts';
import { segmentInThread } from './thread.ts';

const engine = new DiffusionEngine();
const head = makeHead(rasGrid, [leftInfarct]);

describe('DiffusionEngine', () => {
  it('gives the pipeline’s own mask from its thread, run after run, and leaves the study usable', async () => {
    const expected = segmentDiffusion(head, 'balanced');
    for (let run = 0; run < 3; run++) {
      const result = await engine.segment(head);
      expect(result.mask).toEqual(expected.mask);
      expect(result.warnings).toEqual(expected.warnings);
    }
    expect(head.dwi.data.length).toBe(60 * 70 * 50);
  });

  it('runs several cases at once', async () => {
    const results = await Promise.all([engine.segment(head), engine.segment(head, { preset: 'specific' })]);
    for (const { mask } of results) expect(mask.data.includes(1)).toBe(true);
  });

  it('reports progress by its own stages', async () => {
    const stages: string[] = [];
    await engine.segment(head, { onProgress: ({ stage }) => stages.push(stage) });
    expect([...new Set(stages)]).toEqual(engine.stages.map(({ id }) => id));
  });

  it('stops in the middle of its work when aborted, and works again afterwards', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const run = engine.segment(head, {
      signal: controller.signal,
      onProgress: ({ stage }) => {
        seen.push(stage);
        controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(seen).toEqual(['prepare']);
    expect((await engine.segment(head)).mask.data.includes(1)).toBe(true);
    expect(seen).toEqual(['prepare']);
  });

  it('does not begin when it was aborted before', async () => {
    await expect(engine.segment(head, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
  });

  it('hands the study’s fault over with its code, and keeps working', async () => {
    const blank = { ...head.dwi, data: new Float32Array(head.dwi.data.length) };
    await expect(engine.segment({ dwi: blank, adc: head.adc })).rejects.toMatchObject({
      code: 'STUDY_EMPTY',
    });
    expect((await engine.segment(head)).mask.data.includes(1)).toBe(true);
  });

  it('ends a run that takes more memory or time than its images account for, and works again', async () => {
    const within = (bounds: Partial<Bounds>) =>
      segmentInThread(head, 'balanced', {}, { ...boundsOf(head), ...bounds });
    await expect(within({ deadlineMs: 1 })).rejects.toMatchObject({ code: 'ENGINE_TIMED_OUT' });
    const large = makeHead(
      { shape: [120, 140, 100], affine: scaling([1.5, 1.5, 1.5], [-88.5, -103.5, -73.5]) },
      [],
    );
    const greedy = segmentInThread(large, 'balanced', {}, { memoryBytes: 1e6, deadlineMs: 600_000 });
    await expect(greedy).rejects.toMatchObject({ code: 'ENGINE_OUT_OF_MEMORY' });
    expect((await within({})).mask.data.includes(1)).toBe(true);
  });

  it('does not begin on images whose geometry cannot be', async () => {
    const flat = { ...head.dwi, affine: scaling([1e-9, 3, 3]) };
    await expect(engine.segment({ dwi: flat, adc: head.adc })).rejects.toMatchObject({
      code: 'IMAGE_IMPLAUSIBLE_SPACING',
    });
  });

  it('refuses a preset that it does not have', async () => {
    await expect(engine.segment(head, { preset: 'bold' })).rejects.toMatchObject({ code: 'PRESET_UNKNOWN' });
  });

  it('does not keep a process alive once its work is done', async () => {
    const script = `
      import { DiffusionEngine } from ${JSON.stringify(new URL('./engine.ts', import.meta.url).href)};
      import { makeHead, rasGrid } from ${JSON.stringify(new URL('../../test/head.ts', import.meta.url).href)};
      await new DiffusionEngine().segment(makeHead(rasGrid, []));
      console.log('done');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 100_000,
    });
    expect(stdout.trim()).toBe('done');
  });
});
