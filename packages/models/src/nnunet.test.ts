import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePhantom } from '@atoll/phantom/phantom';
import { compareMasks } from '@atoll/volume/metrics';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import { describe, expect, it } from 'vitest';
import { ensureOnnxRuntime } from '../../../scripts/onnx-runtime.ts';
import { trialHead } from '../test/phantom-heads.ts';
import { ModelEngine } from './engine.ts';
import { ModelShelf } from './shelf.ts';

/** Trained, exported and run by nnunetv2: `npm run verify:nnunet -- --fixture`. */
const fixture = join(import.meta.dirname, '../test/tiny-nnunet');
const runtime = await ensureOnnxRuntime();

describe('a trained nnU-Net v2', () => {
  it('marks what nnunetv2 itself marks with it, in a tilted head of other voxels and directions than in training', async () => {
    const trial = 'trial_tilted';
    const shelf = new ModelShelf(mkdtempSync(join(tmpdir(), 'atoll-shelf-')));
    const shelved = await shelf.add(fixture, { acceptsLicence: true, replaces: false });
    const head = makePhantom(trialHead(trial));
    const { mask } = await new ModelEngine(shelved, runtime).segment(head);
    const theirs = await readNiftiMask(readFileSync(join(fixture, `${trial}.nii.gz`)));
    const { dice, predictionVolumeMl, referenceVolumeMl } = compareMasks(mask, theirs);
    expect(referenceVolumeMl).toBeGreaterThan(5);
    expect(dice).toBeGreaterThanOrEqual(0.999);
    expect(predictionVolumeMl).toBeCloseTo(referenceVolumeMl, 1);
    expect(compareMasks(mask, head.truth).dice).toBeGreaterThan(0.6);
    // 25 s of computing, on cores that others may have.
  }, 600_000);
});
