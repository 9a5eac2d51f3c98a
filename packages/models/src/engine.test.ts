import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '@atoll/engines/engine';
import { AtollError } from '@atoll/errors/error';
import { voxelVolumeMl } from '@atoll/volume/affine';
import type { Mask } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { ensureOnnxRuntime } from '../../../scripts/onnx-runtime.ts';
import { coarseGrid, plainHead } from '../test/plain-head.ts';
import { infarctNetwork, writeModelFolder } from '../test/small-model.ts';
import type { GivenDescription } from './description.ts';
import { ModelEngine } from './engine.ts';
import { ModelShelf } from './shelf.ts';

const runtime = await ensureOnnxRuntime();

async function engineOf(
  description: Partial<GivenDescription> = {},
  networks: Parameters<typeof writeModelFolder>[1] = [infarctNetwork],
): Promise<ModelEngine> {
  const shelf = new ModelShelf(mkdtempSync(join(tmpdir(), 'atoll-shelf-')));
  const source = writeModelFolder(description, networks);
  return new ModelEngine(await shelf.add(source, { acceptsLicence: true, replaces: false }), runtime);
}

describe('a model as an engine', () => {
  it('averages its folds, and takes the first alone when it shall be fast', async () => {
    const head = plainHead(coarseGrid);
    // The second fold sees nothing but lesion: on average, more is marked than by the first.
    const eager = {
      ...infarctNetwork,
      outputs: [infarctNetwork.outputs[0], { weights: [0, 0], constant: 9 }],
    };
    const engine = await engineOf({}, [infarctNetwork, eager]);
    const count = ({ mask }: { mask: Mask }) => mask.data.reduce((sum, value) => sum + value, 0);
    const [full, fast] = [
      await engine.segment(head, { options: ['probability'] }),
      await engine.segment(head, { preset: 'fast' }),
    ];
    expect(full.parameters.folds).toBe(2);
    expect(fast.parameters.folds).toBe(1);
    expect(full.parameters).toMatchObject({ licence: 'CC-BY-4.0', model: 'small 1.2.3', runtime: 'wasm' });
    expect([full.probability?.data.length, fast.probability]).toEqual([full.mask.data.length, undefined]);
    expect(count(full)).toBeGreaterThan(1.1 * count(fast));
    expect(voxelVolumeMl(full.mask.affine) * count(full)).toBeGreaterThan(10);
  });

  it('tells its progress patch by patch, and stops within a patch when it is cancelled', async () => {
    const head = plainHead(coarseGrid);
    const seen: Progress[] = [];
    const controller = new AbortController();
    const engine = await engineOf();
    const cancelled = engine.segment(head, {
      signal: controller.signal,
      onProgress: (progress) => {
        seen.push(progress);
        if (progress.message.includes('patch 2 of')) controller.abort();
      },
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(seen.at(-1)?.message).toMatch(/patch [2-9] of \d+/);
    expect(seen.map(({ fraction }) => fraction)).toEqual(
      seen.map(({ fraction }) => fraction).toSorted((a, b) => a - b),
    );
    expect(seen.at(-1)!.fraction).toBeLessThan(0.9);
  });

  it('refuses a case without the FLAIR that it needs, before anything is run', async () => {
    const inputs: GivenDescription['inputs'] = [
      { role: 'dwi', normalisation: { scheme: 'z-score' } },
      { role: 'flair', normalisation: { scheme: 'z-score' } },
    ];
    const engine = await engineOf({ inputs });
    expect(() => engine.check({ preset: 'full', options: [], hasFlair: false })).toThrow(AtollError);
    await expect(engine.segment(plainHead(coarseGrid, null))).rejects.toMatchObject({
      code: 'MODEL_ROLE_MISSING',
    });
  });

  it('fails with a sentence where the network gives no numbers', async () => {
    const broken = {
      ...infarctNetwork,
      outputs: [infarctNetwork.outputs[0], { weights: [Number.NaN, 0], constant: 0 }],
    };
    await expect((await engineOf({}, [broken])).segment(plainHead(coarseGrid, null))).rejects.toMatchObject({
      code: 'MODEL_OUTPUT_INVALID',
    });
  });

  it('fails with a sentence where the runtime does not know an operation', async () => {
    const strange = { ...infarctNetwork, strange: { type: 'Conjure', domain: '' } };
    await expect((await engineOf({}, [strange])).segment(plainHead(coarseGrid, null))).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
    });
  });

  it('says what is missing where ONNX Runtime is not installed', async () => {
    const { folder } = new ModelShelf(mkdtempSync(join(tmpdir(), 'atoll-shelf-')));
    const shelf = new ModelShelf(folder);
    const shelved = await shelf.add(writeModelFolder(), { acceptsLicence: true, replaces: false });
    const engine = new ModelEngine(shelved, join(folder, 'nothing'));
    expect(await engine.availability()).toMatchObject({
      usable: false,
      cure: expect.stringContaining('atoll models runtime'),
    });
    await expect(engine.segment(plainHead(coarseGrid, null))).rejects.toMatchObject({
      code: 'MODEL_RUNTIME_MISSING',
    });
  });
});
