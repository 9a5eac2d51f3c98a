import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator } from '@atoll/atlas/locator';
import { AtollError } from '@atoll/errors/error';
import { scaling } from '@atoll/volume/affine';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Grid } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import type { Engine, Progress } from './engine.ts';
import { EnsembleEngine } from './ensemble/ensemble-engine.ts';
import { runSegmentation } from './run.ts';
import { runInThread } from './run-thread.ts';

const grid: Grid = { shape: [20, 20, 10], affine: scaling([-8, 8, 8]) };
const files = () => ({
  dwi: writeNifti({ ...grid, data: Float32Array.from({ length: 4000 }, (_, n) => 100 + (n % 7)) }, 'float32'),
  adc: writeNifti({ ...grid, data: new Float32Array(4000).fill(800) }, 'float32'),
});

type Work = NonNullable<Engine['segment']>;
const engineOf = (segment: Work): Engine => ({
  id: 'tiny',
  version: '3',
  title: 'Tiny',
  description: '',
  presets: [
    { id: 'first', title: 'First', description: '' },
    { id: 'second', title: 'Second', description: '' },
  ],
  options: [{ id: 'extra', title: 'Extra', description: '' }],
  stages: [],
  citations: ['A work'],
  availability: async () => ({ usable: true }),
  segment,
});

/** Marks what is brightest, and says what it was asked. */
const bright: Work = async ({ dwi, adc }, { preset, options, onProgress } = {}) => {
  onProgress?.({ stage: 'mark', fraction: 0.5, message: 'Marking' });
  const data = new Uint8Array(dwi.data.length);
  for (let n = 0; n < data.length; n++) data[n] = dwi.data[n] > 105 && n < 300 ? 1 : 0;
  const mask = { shape: dwi.shape, affine: dwi.affine, data };
  const brain = { shape: dwi.shape, affine: dwi.affine, data: new Uint8Array(data.length).fill(1) };
  const parameters = { asked: `${preset} ${options?.join()}`, adc: adc.data[5] };
  return {
    mask,
    brain,
    warnings: [],
    quality: [],
    parameters,
    extras: new Map([['raw', new Uint8Array([1])]]),
  };
};

/** Less what is of the moment. */
function lasting({ report, mask, maskFile, furtherFiles }: Awaited<ReturnType<typeof runSegmentation>>) {
  const { elapsedSeconds: _, provenance, ...rest } = report;
  return { ...rest, provenance: { ...provenance, createdAt: '' }, mask, maskFile, files: [...furtherFiles] };
}

describe('a run in a thread', () => {
  it('gives the same as one that is not', async () => {
    const wish = {
      preset: 'second',
      options: ['extra'],
      derivation: ['The ADC was computed.'],
      files: files(),
    };
    const progress: Progress[] = [];
    const engine = engineOf(bright);
    const apart = await runInThread({ ...wish, engine, onProgress: (news) => progress.push(news) });
    expect(lasting(apart)).toEqual(lasting(await runSegmentation({ ...wish, engine })));
    expect(apart.report.provenance.parameters).toEqual({ asked: 'second extra', adc: 800 });
    expect(apart.report.lesions.length).toBeGreaterThan(0);
    expect(progress.map(({ stage }) => stage)).toContain('mark');
    expect(progress.map(({ fraction }) => fraction)).toEqual(
      progress.map(({ fraction }) => fraction).toSorted(),
    );
    expect(wish.files.dwi.length).toBeGreaterThan(0);
  });

  it('asks each engine of an ensemble on this side, and joins their masks on the other', async () => {
    const ensemble = new EnsembleEngine([
      { ...engineOf(bright), id: 'one' },
      { ...engineOf(bright), id: 'two', version: '4' },
    ]);
    const wish = { engine: ensemble, files: files(), preset: 'union', options: ['two:second'] };
    const { report, furtherFiles } = await runInThread(wish);
    expect(report).toMatchObject({ engine: 'one+two', provenance: { engineVersion: '3+4' } });
    expect(report.provenance.parts).toMatchObject([
      { engine: 'one', parameters: { asked: 'first ' } },
      { engine: 'two', parameters: { asked: 'second ' } },
    ]);
    expect(report.ensemble?.dice[0].dice).toBe(1);
    expect(furtherFiles.has('overlay_part-two.nii.gz')).toBe(true);

    const failing = { ...engineOf(() => Promise.reject(new TypeError('x'))), id: 'bad', title: 'Bad' };
    const fails = runInThread({
      ...wish,
      options: [],
      engine: new EnsembleEngine([ensemble.parts[0], failing]),
    });
    await expect(fails).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringContaining('“Bad” (bad)'),
    });
  });

  it('asks the locator on this side, and does without one that fails', async () => {
    let asked = 0;
    const locator: Locator = {
      locate: async ({ lesionCount }, { onProgress } = {}) => {
        asked = lesionCount;
        onProgress?.(0.5);
        throw new AtollError('ATLAS_INVALID');
      },
    };
    const { report } = await runInThread({ engine: engineOf(bright), files: files(), location: { locator } });
    expect(asked).toBe(report.lesions.length);
    expect(report.location).toMatchObject({ status: 'not-computable' });
  });

  it.each([
    ['an engine of the catalogue', new AtollError('STUDY_NO_BRAIN'), 'STUDY_NO_BRAIN'],
    ['an engine’s own', new TypeError('x is not a function'), undefined],
  ])('fails by the error of %s', async (_whose, error, code) => {
    const failing = engineOf(() => Promise.reject(error));
    const thrown: unknown = await runInThread({ engine: failing, files: files() }).catch((each) => each);
    expect(thrown).toMatchObject({ message: error.message });
    expect(thrown instanceof AtollError ? thrown.code : undefined).toBe(code);
    // The thread is good for the next.
    expect((await runInThread({ engine: engineOf(bright), files: files() })).report.engine).toBe('tiny');
  });

  it('says which image cannot be read', async () => {
    const spoilt = { ...files(), adc: new Uint8Array(400) };
    const run = runInThread({ engine: engineOf(bright), files: spoilt });
    await expect(run).rejects.toMatchObject({ message: expect.stringMatching(/^ADC: /) });
  });

  it('ends with its engine when it is aborted, and not before', async () => {
    const stop = new AbortController();
    let ended = false;
    const endless = engineOf((_study, { signal } = {}) => {
      stop.abort();
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', async () => {
          await sleep(30);
          ended = true;
          reject(new AtollError('JOB_CANCELLED'));
        });
        if (signal?.aborted) signal.dispatchEvent(new Event('abort'));
      });
    });
    const run = runInThread({ engine: endless, files: files(), signal: stop.signal });
    await expect(run).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(ended).toBe(true);
  });
});
