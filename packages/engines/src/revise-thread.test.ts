import { scaling } from '@atoll/volume/affine';
import { writeNifti, writeNiftiMask } from '@atoll/volume/nifti-write';
import type { Grid } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { type Revised, type RevisionOptions, reviseSegmentation } from './revise.ts';
import { reviseInThread } from './revise-thread.ts';
import { runSegmentation } from './run.ts';

const grid: Grid = { shape: [20, 20, 10], affine: scaling([-8, 8, 8]) };
const maskOf = (voxels: number) => {
  const data = new Uint8Array(4000);
  data.fill(1, 1200, 1200 + voxels);
  return { ...grid, data };
};
const files = {
  dwi: writeNifti({ ...grid, data: Float32Array.from({ length: 4000 }, (_, n) => 100 + (n % 7)) }, 'float32'),
  adc: writeNifti({ ...grid, data: new Float32Array(4000).fill(800) }, 'float32'),
};
const engine: Engine = {
  id: 'tiny',
  version: '1',
  title: 'Tiny',
  description: '',
  presets: [{ id: 'only', title: 'Only', description: '' }],
  options: [],
  stages: [],
  citations: [],
  availability: async () => ({ usable: true }),
  segment: async () => ({ mask: maskOf(8), brain: null, warnings: [], quality: [], parameters: {} }),
};

async function wish(voxels: number): Promise<RevisionOptions> {
  const { report, maskFile } = await runSegmentation({ engine, files });
  return {
    files,
    engine: { mask: maskFile, report },
    parent: { number: 0, mask: maskFile },
    mask: writeNiftiMask(maskOf(voxels)),
    review: { author: 'A. Reader', note: '', verdict: 'corrected' },
    of: 'some job',
    createdAt: new Date('2026-11-26T12:00:00Z'),
  };
}

/** Less what is of the moment. */
function lasting({ report: { elapsedSeconds: _, ...report }, mask, maskFile, furtherFiles }: Revised) {
  return { report, mask, maskFile, files: [...furtherFiles] };
}

describe('a revision in a thread', () => {
  it('is the same as one that is not, one after the other', async () => {
    for (const voxels of [12, 5]) {
      const options = await wish(voxels);
      const [here, there] = [await reviseSegmentation(options), await reviseInThread(options)];
      expect(lasting(there)).toEqual(lasting(here));
      expect(there.report.revision.sinceEngine.addedVoxels).toBe(Math.max(0, voxels - 8));
    }
  });

  it('is refused by the same codes, and the next one is made', async () => {
    await expect(reviseInThread(await wish(8))).rejects.toMatchObject({ code: 'REVISION_UNFIT' });
    const damaged = { ...(await wish(5)), mask: new Uint8Array(100) };
    const refused = await reviseSegmentation(damaged).catch(({ code }) => code);
    await expect(reviseInThread(damaged)).rejects.toMatchObject({ code: refused });
    expect((await reviseInThread(await wish(5))).report.revision.number).toBe(1);
  });

  it('asks for places where the atlas is, and ends when it is aborted', async () => {
    const leaving = new AbortController();
    const options = await wish(5);
    const brain = writeNiftiMask({ ...grid, data: new Uint8Array(4000).fill(1) });
    let isAsked = false;
    const locator = {
      locate: async () => {
        isAsked = true;
        leaving.abort();
        return null;
      },
    };
    const placed = { ...options, files: { ...files, brain }, location: { locator }, signal: leaving.signal };
    await expect(reviseInThread(placed)).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(isAsked).toBe(true);
  });
});
