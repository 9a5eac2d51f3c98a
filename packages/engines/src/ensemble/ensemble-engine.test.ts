import { AtollError } from '@atoll/errors/error';
import { scaling } from '@atoll/volume/affine';
import type { Grid, Mask } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import type { Engine, Progress, Segmentation, SegmentOptions, Study, Wish } from '../engine.ts';
import { findEngine } from '../registry.ts';
import { EnsembleEngine } from './ensemble-engine.ts';

const grid: Grid = { shape: [6, 2, 2], affine: scaling([-3, 3, 3]) };
const voxels = 24;
const image = (value: number) => ({ ...grid, data: new Float32Array(voxels).fill(value) });
const study: Study = { dwi: image(100), adc: image(800) };
/** Columns of the grid. */
const columns = (...marked: number[]): Mask => ({
  ...grid,
  data: Uint8Array.from({ length: voxels }, (_, at) => (marked.includes(at % 6) ? 1 : 0)),
});
const marks = ({ mask }: Segmentation) => [...mask.data.subarray(0, 6)];

/** An engine that marks what it is told to. */
class PlainEngine implements Engine {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly description = 'Of the tests.';
  readonly presets = [
    { id: 'usual', title: 'Usual', description: '' },
    { id: 'fast', title: 'Fast', description: '' },
    { id: 'slow', title: 'Slow', description: '' },
  ];
  readonly options = [
    { id: 'maps', title: 'Maps', description: '' },
    { id: 'probability', title: 'Probability', description: '' },
  ];
  readonly stages = [{ id: 'look', title: 'Looking' }];
  readonly citations = ['Somebody 2026.'];
  readonly #mask: Mask;
  readonly asked: SegmentOptions[] = [];
  fails: Error | null = null;
  usable = true;

  constructor(id: string, mask: Mask, version = '1.0.0') {
    this.id = id;
    this.version = version;
    this.title = `Engine ${id}`;
    this.#mask = mask;
  }

  async availability() {
    return this.usable
      ? ({ usable: true } as const)
      : ({ usable: false, reason: 'No GPU.', cure: 'Get one.' } as const);
  }

  check({ hasFlair, options }: Wish) {
    if (options.includes('maps') && !hasFlair) throw new AtollError('STUDY_NO_FLAIR');
  }

  async segment(_study: Study, options: SegmentOptions = {}): Promise<Segmentation> {
    this.asked.push(options);
    options.onProgress?.({ stage: 'look', fraction: 0.5, message: 'Looking' });
    if (options.signal?.aborted) throw new AtollError('JOB_CANCELLED');
    if (this.fails !== null) throw this.fails;
    return {
      mask: this.#mask,
      overlays: options.options?.includes('maps') ? [{ id: 'one', title: 'One', mask: this.#mask }] : [],
      brain: null,
      warnings: [{ code: 'OWN', severity: 'caution', message: 'Look twice.' }],
      quality: [{ name: 'noise', label: 'Noise', value: 1, unit: null, normalRange: null }],
      parameters: { 'sha256 of fold_0.onnx': `${this.id}0` },
    };
  }
}

const a = () => new PlainEngine('a', columns(0, 1, 2));
const b = () => new PlainEngine('b', columns(1, 2, 3), '2.0.0');
const c = () => new PlainEngine('c', columns(2, 3, 4));
const d = () => new PlainEngine('d', columns(5));

describe('an ensemble of engines', () => {
  it('joins masks by majority, of which a tie is none, and by union', async () => {
    expect(marks(await new EnsembleEngine([a(), b(), c()]).segment(study))).toEqual([0, 1, 1, 1, 0, 0]);
    expect(marks(await new EnsembleEngine([a(), b()]).segment(study))).toEqual([0, 1, 1, 0, 0, 0]);
    expect(marks(await new EnsembleEngine([a(), b(), c(), d()]).segment(study))).toEqual([0, 0, 1, 0, 0, 0]);
    const union = await new EnsembleEngine([a(), c()]).segment(study, { preset: 'union' });
    expect(marks(union)).toEqual([1, 1, 1, 1, 1, 0]);
  });

  it('joins them by STAPLE, cites it, and says that of two it knows neither', async () => {
    const three = await new EnsembleEngine([a(), b(), c()]).segment(study, { preset: 'staple' });
    expect(marks(three)).toEqual([0, 1, 1, 1, 0, 0]);
    expect(three.joined?.parts[1].performance?.sensitivity).toBeGreaterThan(0.9);
    expect(three.citations?.[0]).toContain('Warfield');
    expect(three.warnings.map(({ code }) => code)).not.toContain('STAPLE_OF_TWO');
    const two = await new EnsembleEngine([a(), b()]).segment(study, { preset: 'staple' });
    expect(marks(two)).toEqual([0, 1, 1, 0, 0, 0]);
    expect(two.warnings[0]).toMatchObject({ code: 'STAPLE_OF_TWO', severity: 'caution' });
  });

  it('keeps what each engine marked, who marked how much, and what each said', async () => {
    const result = await new EnsembleEngine([a(), b()]).segment(study, {
      preset: 'union',
      options: ['probability', 'b:maps'],
    });
    expect(result.overlays?.map(({ id }) => id)).toEqual(['part-a', 'part-b', 'agreement', 'b-one']);
    expect([...(result.overlays?.[2].mask.data.subarray(0, 6) ?? [])]).toEqual([1, 2, 2, 1, 0, 0]);
    expect([...(result.probability?.data.subarray(0, 6) ?? [])]).toEqual([0.5, 1, 1, 0.5, 0, 0]);
    expect(result.probabilityThreshold).toBe(0);
    expect(result.joined?.parts).toMatchObject([
      { engine: 'a', engineVersion: '1.0.0', preset: 'usual', parameters: { 'sha256 of fold_0.onnx': 'a0' } },
      { engine: 'b', engineVersion: '2.0.0', options: ['maps'] },
    ]);
    expect(result.warnings.map(({ message }) => message)).toEqual([
      'Engine a: Look twice.',
      'Engine b: Look twice.',
    ]);
    expect(new Set(result.quality.map(({ name }) => name)).size).toBe(2);
  });

  it('runs each engine with its first preset and no option, unless asked by part and name', async () => {
    const [one, other] = [a(), b()];
    const ensemble = new EnsembleEngine([one, other]);
    expect(ensemble).toMatchObject({ id: 'a+b', version: '1.0.0+2.0.0', title: 'Engine a + Engine b' });
    await ensemble.segment(study, { options: ['b:fast', 'b:maps'] });
    expect(one.asked[0]).toMatchObject({ preset: 'usual', options: [] });
    expect(other.asked[0]).toMatchObject({ preset: 'fast', options: ['maps'] });
    const wish = { preset: 'union', hasFlair: false };
    expect(() => ensemble.check({ ...wish, options: ['a:fast', 'a:slow'] })).toThrow('one preset at a time');
    expect(() => ensemble.check({ ...wish, options: ['b:maps'] })).toThrow('FLAIR');
    expect(ensemble.options.map(({ id }) => id)).toEqual([
      'probability',
      'a:fast',
      'a:slow',
      'a:maps',
      'b:fast',
      'b:slow',
      'b:maps',
    ]);
  });

  it('tells its progress part by part, and never goes back', async () => {
    const seen: Progress[] = [];
    const ensemble = new EnsembleEngine([a(), b()]);
    await ensemble.segment(study, { onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ stage }) => stage)).toEqual(['part-a', 'part-b', 'join']);
    expect(seen[1].message).toBe('Engine b: Looking');
    expect(seen.map(({ fraction }) => fraction)).toEqual(
      seen.map(({ fraction }) => fraction).toSorted((x, y) => x - y),
    );
    expect(ensemble.stages.map(({ id }) => id)).toEqual(['part-a', 'part-b', 'join']);
  });

  it('fails as a whole where one engine fails, by its code and its name', async () => {
    const [one, other] = [a(), b()];
    other.fails = new AtollError('ENGINE_OUT_OF_MEMORY', '3 GB are free.');
    await expect(new EnsembleEngine([one, other]).segment(study)).rejects.toMatchObject({
      code: 'ENGINE_OUT_OF_MEMORY',
      message: expect.stringMatching(/“Engine b” \(b\), a part of the ensemble, failed.*3 GB are free/),
    });
    other.fails = new TypeError('undefined is not a mask');
    await expect(new EnsembleEngine([one, other]).segment(study)).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringContaining('“Engine b”'),
    });
    const elsewhere = { ...columns(1), affine: scaling([3, 3, 3]) };
    await expect(
      new EnsembleEngine([one, new PlainEngine('e', elsewhere)]).segment(study),
    ).rejects.toMatchObject({ code: 'ENGINE_FAILED', message: expect.stringContaining('grid') });
  });

  it('is cancelled in any of its parts, and asks nobody after that', async () => {
    const controller = new AbortController();
    const [one, two, three] = [a(), b(), c()];
    const cancelled = new EnsembleEngine([one, two, three]).segment(study, {
      signal: controller.signal,
      onProgress: ({ stage }) => {
        if (stage === 'part-b') controller.abort();
      },
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect([one, two, three].map(({ asked }) => asked.length)).toEqual([1, 1, 0]);
  });

  it('can run where all of its engines can, and says which cannot before any has run', async () => {
    const [one, other] = [a(), b()];
    other.usable = false;
    const ensemble = new EnsembleEngine([one, other]);
    expect(await ensemble.availability()).toMatchObject({ usable: false, reason: 'Engine b: No GPU.' });
    await expect(ensemble.segment(study)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(one.asked).toEqual([]);
  });
});

describe('the name of an ensemble', () => {
  const engines = [a(), b(), c(), d(), new PlainEngine('e', columns()), new PlainEngine('f', columns())];

  it('is the same in whatever order its engines are named', () => {
    expect(findEngine(engines, 'b+a').id).toBe('a+b');
    expect(findEngine(engines, 'a').id).toBe('a');
  });

  it('is refused with an engine that is not there, one twice, none, or too many', () => {
    const codeOf = (id: string) => {
      try {
        return findEngine(engines, id).id;
      } catch (thrown) {
        return thrown instanceof AtollError ? thrown.code : 'none';
      }
    };
    expect(codeOf('a+nobody')).toBe('ENGINE_UNKNOWN');
    expect(['a+a', 'a+', '+', 'a+b+c+d+e+f'].map(codeOf)).toEqual(Array(4).fill('ENSEMBLE_INVALID'));
    expect(codeOf('a+b+c+d+e')).toBe('a+b+c+d+e');
  });
});
