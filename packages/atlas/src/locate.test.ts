import type { Affine, AffineRow, Grid, Mask } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { headOf, lesionAt, modelAtlas, turned } from '../test/model-atlas.ts';
import { PreparedAtlas } from './locate.ts';

const atlas = modelAtlas();
const prepared = new PreparedAtlas(atlas);

const grid: Grid = {
  shape: [100, 116, 45],
  affine: [
    [-2, 0, 0, 99],
    [0, 2, 0, -120],
    [0, 0, 4, -85],
  ],
};
const toAtlas = turned([8, 5, -6], [4, -6, 3]);
const head = headOf(atlas, toAtlas, grid);

function locate(mask: Mask, { adc, brain } = head, cutoff?: { percentOfRegion: number; volumeMl: number }) {
  const lesionNumbers = Int32Array.from(mask.data);
  const located = prepared.locate({ adc, brain, mask, lesionNumbers, lesionCount: 1, cutoff });
  if (located === null) throw new Error('there is a brain');
  return located;
}

function placeOf(mask: Mask, of = head) {
  const { location } = locate(mask, of);
  if (location.status !== 'located') throw new Error(location.fit.sentence);
  return location;
}

/** The same images in a world whose left and right are swapped. */
function mirrored<Image extends { readonly affine: Affine }>(image: Image): Image {
  const [x, y, z] = image.affine;
  const row: AffineRow = [-x[0], -x[1], -x[2], -x[3]];
  return { ...image, affine: [row, y, z] };
}

describe('where a lesion lies', () => {
  const lesion = lesionAt(toAtlas, [-33, 2, 2], 13, grid);

  it('is said by artery, structure and side, largest first', () => {
    const { whole, lesions, fit } = placeOf(lesion);
    expect(fit.verdict).toBe('good');
    expect(whole.phrase).toMatch(
      /^left MCA, (insula, lentiform|lentiform, insula|insula and lentiform|lentiform and insula)/,
    );
    expect(lesions).toEqual([{ id: 1, ...whole }]);
    expect(whole.territories.every(({ side }) => side === 'left')).toBe(true);
    const ml = whole.territories.reduce((sum, { volumeMl }) => sum + volumeMl, 0) + whole.outsideMl;
    expect(ml).toBeCloseTo((lesion.data.reduce((sum, value) => sum + value, 0) * 16) / 1000, 6);
    expect(whole.territories.map(({ volumeMl }) => volumeMl)).toEqual(
      whole.territories.map(({ volumeMl }) => volumeMl).toSorted((a, b) => b - a),
    );
  });

  it('changes sides with the images', () => {
    const [left, right] = [
      placeOf(lesion),
      placeOf(mirrored(lesion), { adc: mirrored(head.adc), brain: mirrored(head.brain) }),
    ];
    expect(right.whole.phrase).toBe(left.whole.phrase.replace('left', 'right'));
    expect(right.aspects.right.score).toBe(left.aspects.left.score);
    expect(right.aspects.left.score).toBe(10);
    expect(left.aspects.right.score).toBe(10);
  });

  it('takes from ASPECTS a point for each region over the cut-off, which is said', () => {
    const { aspects, cutoff } = placeOf(lesion);
    expect(cutoff).toEqual({ percentOfRegion: 20, volumeMl: 2 });
    const affected = aspects.left.regions.filter((region) => region.affected).map(({ name }) => name);
    expect(affected).toContain('lentiform');
    expect(aspects.left.score).toBe(10 - affected.length);
    const strict = locate(lesion, head, { percentOfRegion: 101, volumeMl: 1000 }).location;
    expect(strict.status === 'located' && strict.aspects.left.score).toBe(10);
  });

  it('takes two points from PC-ASPECTS for the pons, which has no side', () => {
    const { pcAspects, whole } = placeOf(lesionAt(toAtlas, [0, -28, -52], 10, grid));
    expect(pcAspects.score).toBe(8);
    expect(whole.phrase).toMatch(/vertebrobasilar.*, pons/);
  });

  it('counts what lies just outside the atlas to the nearest territory, and what lies far off to none', () => {
    const near = placeOf(lesionAt(toAtlas, [-70, -18, 12], 4, grid));
    expect(near.whole.territories[0].group).toBe('MCA');
    expect(near.whole.outsideMl).toBe(0);
    const far = placeOf(lesionAt(toAtlas, [-90, -18, 12], 4, grid));
    expect(far.whole.phrase).toBe('outside the atlas');
    expect(far.whole.outsideMl).toBeGreaterThan(0);
  });

  it('is not said where the atlas does not fit, but why, and the overlay is there all the same', () => {
    // Half of what passes for a brain is none.
    const brain = { ...head.brain, data: head.brain.data.slice() };
    const [nx, ny, nz] = grid.shape;
    for (let at = 0; at < brain.data.length; at++) {
      const [i, k] = [at % nx, Math.floor(at / (nx * ny))];
      if ((i > nx / 2 && i < nx - 6 && k < nz - 4 && k > 3) || k === 3) brain.data[at] = 1;
    }
    const { location, territories } = locate(lesion, { adc: head.adc, brain });
    expect(location.status).toBe('poor-fit');
    expect(location).not.toHaveProperty('whole');
    expect(location.fit.sentence).toMatch(/does not fit this brain, so no regions are reported: .+\.$/);
    expect(territories.data.some((label) => label > 0)).toBe(true);
  });

  it('has no place without a brain', () => {
    const nothing = { ...head.brain, data: new Uint8Array(head.brain.data.length) };
    const mask = lesion;
    const lesionNumbers = Int32Array.from(mask.data);
    expect(
      prepared.locate({ adc: head.adc, brain: nothing, mask, lesionNumbers, lesionCount: 1 }),
    ).toBeNull();
  });
});
