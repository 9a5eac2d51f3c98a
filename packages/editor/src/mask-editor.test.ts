import { transformPoint, voxelVolumeMl } from '@atoll/volume/affine';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallGrids, someIntensities, someVoxels } from '../test/small-grid.ts';
import { MaskEditor } from './mask-editor.ts';
import { asAxis, axisAcross } from './plane.ts';
import { reopenEdit, saveEdit } from './saved-edit.ts';

const places = fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -3, max: 14, noNaN: true })));
const ranges = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }))
  .map(([one, other]) => ({ low: Math.min(one, other), high: Math.max(one, other) }));
const limits = fc.record({
  dwi: fc.option(ranges),
  adc: fc.option(ranges),
  invert: fc.boolean(),
});

const actions = fc.oneof(
  fc.record({
    kind: fc.constant('stroke' as const),
    radiusMm: fc.double({ min: 0.1, max: 15, noNaN: true }),
    axis: fc.option(fc.constantFrom(0 as const, 1 as const, 2 as const)),
    value: fc.constantFrom(0 as const, 1 as const),
    points: fc.array(places, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('resize' as const), byMm: fc.constantFrom(1, -1) }),
  fc.record({
    kind: fc.constant('holes' as const),
    axis: fc.constantFrom(0 as const, 1 as const, 2 as const),
  }),
  fc.record({
    kind: fc.constant('between' as const),
    axis: fc.constantFrom(0 as const, 1 as const, 2 as const),
  }),
  fc.record({ kind: fc.constant('delete' as const), lesion: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('keep' as const), lesion: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('replace' as const), every: fc.integer({ min: 2, max: 9 }) }),
  fc.record({ kind: fc.constant('limits' as const), limits }),
);
type Action = typeof actions extends fc.Arbitrary<infer Each> ? Each : never;

const asVec = ([i, j, k]: readonly number[]): Vec3 => [i, j, k];

function act(editor: MaskEditor, action: Action): void {
  switch (action.kind) {
    case 'stroke':
      editor.putDown(action, action.value, asVec(action.points[0]));
      for (const point of action.points.slice(1)) editor.draw(asVec(point));
      editor.lift();
      return;
    case 'resize':
      editor.resize(action.byMm);
      return;
    case 'holes':
      editor.fillHoles(action.axis);
      return;
    case 'between':
      editor.fillBetweenSlices(action.axis);
      return;
    case 'delete':
      editor.deleteLesions([action.lesion]);
      return;
    case 'keep':
      editor.keepLesions([action.lesion]);
      return;
    case 'replace': {
      const other = editor.mask.data.map((_, at) => (at % action.every === 0 ? 1 : 0));
      editor.replace(other, 'Another mask');
      expect(editor.mask.data).toEqual(other);
      return;
    }
    case 'limits':
      editor.limits = action.limits;
  }
}

const cases = smallGrids.chain((grid) =>
  fc.record({
    grid: fc.constant(grid),
    data: someVoxels(grid),
    dwi: someIntensities(grid),
    adc: someIntensities(grid),
    actions: fc.array(actions, { maxLength: 8 }),
  }),
);

const open = ({
  grid,
  data,
  dwi,
  adc,
}: {
  grid: Grid;
  data: Uint8Array;
  dwi: Float32Array;
  adc: Float32Array;
}) => new MaskEditor({ ...grid, data }, { dwi, adc });

describe('an edited mask', () => {
  it('is what it was, voxel for voxel, when everything is undone, and again what it became when all is redone', () => {
    fc.assert(
      fc.property(cases, (made) => {
        const editor = open(made);
        const states = [editor.mask.data.slice()];
        for (const action of made.actions) {
          act(editor, action);
          if (editor.history.position === states.length) states.push(editor.mask.data.slice());
        }
        expect(editor.history.position).toBe(states.length - 1);
        for (let at = states.length - 2; at >= 0; at--) {
          editor.undo();
          expect(editor.mask.data).toEqual(states[at]);
        }
        expect(editor.undo()).toBeNull();
        for (const state of states.slice(1)) {
          editor.redo();
          expect(editor.mask.data).toEqual(state);
        }
        expect(editor.redo()).toBeNull();
      }),
    );
  });

  it('leaves the mask that it was made of alone', () => {
    fc.assert(
      fc.property(cases, (made) => {
        const before = made.data.slice();
        const editor = open(made);
        for (const action of made.actions) act(editor, action);
        expect(made.data).toEqual(before);
      }),
    );
  });

  it('says its volume at any moment, also under the brush', () => {
    fc.assert(
      fc.property(cases, places, (made, point) => {
        const editor = open(made);
        const counted = () =>
          editor.mask.data.reduce((sum, value) => sum + value, 0) * voxelVolumeMl(made.grid.affine);
        for (const action of made.actions) {
          act(editor, action);
          expect(editor.volumeMl).toBeCloseTo(counted(), 9);
        }
        editor.putDown({ radiusMm: 4, axis: null }, 1, asVec(point));
        expect(editor.volumeMl).toBeCloseTo(counted(), 9);
      }),
    );
  });

  it('comes back from what was kept of it, with all that can be undone and redone', () => {
    fc.assert(
      fc.property(cases, fc.nat(3), (made, undone) => {
        const editor = open(made);
        for (const action of made.actions) act(editor, action);
        for (let n = 0; n < undone; n++) editor.undo();
        const kept = structuredClone(saveEdit(editor.history, 'abc', made.data.length));
        const history = reopenEdit(kept, 'abc', made.data.length);
        expect(history).not.toBeNull();
        const again = new MaskEditor(
          { ...made.grid, data: made.data },
          { dwi: made.dwi, adc: made.adc },
          history ?? undefined,
        );
        expect(again.mask.data).toEqual(editor.mask.data);
        expect(again.volumeMl).toBeCloseTo(editor.volumeMl, 9);
        expect(again.redo()?.label).toBe(editor.redo()?.label);
        expect(again.mask.data).toEqual(editor.mask.data);
        expect(reopenEdit(kept, 'another mask', made.data.length)).toBeNull();
        expect(reopenEdit(kept, 'abc', made.data.length + 1)).toBeNull();
      }),
    );
  });

  it('forgets what was undone when something new is done', () => {
    const editor = cube();
    editor.putDown({ radiusMm: 2, axis: null }, 1, [2, 2, 2]);
    editor.lift();
    editor.undo();
    editor.putDown({ radiusMm: 1, axis: null }, 1, [7, 7, 7]);
    editor.lift();
    expect(editor.redo()).toBeNull();
    expect(editor.history.steps).toHaveLength(1);
  });

  it('can drop a stroke as if it had never been', () => {
    const editor = cube();
    const before = editor.mask.data.slice();
    editor.putDown({ radiusMm: 3, axis: null }, 1, [4, 4, 4]);
    editor.draw([8, 4, 4]);
    editor.dropStroke();
    expect(editor.mask.data).toEqual(before);
    expect(editor.undo()).toBeNull();
  });
});

describe('a stroke', () => {
  const strokes = cases.chain((made) =>
    fc.record({
      made: fc.constant(made),
      radiusMm: fc.double({ min: 0.1, max: 12, noNaN: true }),
      axis: fc.option(fc.constantFrom(0, 1, 2)),
      value: fc.constantFrom(0 as const, 1 as const),
      points: fc.array(places, { minLength: 1, maxLength: 4 }),
      limits,
    }),
  );

  it('changes no voxel outside the brush, and within it all, by distances in the world', () => {
    fc.assert(
      fc.property(strokes, ({ made, radiusMm, axis, value, points }) => {
        const editor = open(made);
        const before = editor.mask.data.slice();
        const disc = axis === null ? null : asAxis(axis);
        // A disc stays in its slice.
        const way = points.map((point) =>
          disc === null ? asVec(point) : asVec(point.with(disc, points[0][disc])),
        );
        editor.putDown({ radiusMm, axis: disc }, value, way[0]);
        for (const point of way.slice(1)) editor.draw(point);
        editor.lift();
        const wrong: string[] = [];
        eachVoxel(made.grid, (at, voxel) => {
          const isInSlice = disc === null || voxel[disc] === Math.round(way[0][disc]);
          const mm = isInSlice ? distanceTo(made.grid, voxel, way, disc) : Number.POSITIVE_INFINITY;
          const now = editor.mask.data[at];
          if (mm < radiusMm - 1e-6 && now !== value) wrong.push(`${voxel} is within ${mm} mm and was left`);
          // What the pointer itself goes over counts, however small the brush.
          if (mm > radiusMm + 1e-6 && now !== before[at] && !isUnder(voxel, way, disc))
            wrong.push(`${voxel} is ${mm} mm away and was changed`);
        });
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('keeps to the ranges, inverted or not, and off what is not known', () => {
    fc.assert(
      fc.property(strokes, ({ made, radiusMm, axis, value, points, limits }) => {
        const editor = open(made);
        const before = editor.mask.data.slice();
        editor.limits = limits;
        editor.putDown({ radiusMm, axis: axis === null ? null : asAxis(axis) }, value, asVec(points[0]));
        for (const point of points.slice(1)) editor.draw(asVec(point));
        editor.lift();
        if (limits.dwi === null && limits.adc === null) return;
        for (let at = 0; at < before.length; at++) {
          if (editor.mask.data[at] === before[at]) continue;
          const signal = limits.dwi === null ? 0 : made.dwi[at];
          const diffusion = limits.adc === null ? 0 : made.adc[at];
          expect(signal).not.toBeNaN();
          expect(diffusion).not.toBeNaN();
          const isInside =
            (limits.dwi === null || (signal >= limits.dwi.low && signal <= limits.dwi.high)) &&
            (limits.adc === null || (diffusion >= limits.adc.low && diffusion <= limits.adc.high));
          expect(isInside).toBe(!limits.invert);
        }
      }),
    );
  });

  it('leaves no gap between two far pointer events', () => {
    const editor = cube(40);
    editor.putDown({ radiusMm: 0.2, axis: 2 }, 1, [2, 3, 5]);
    editor.draw([37, 30, 5]);
    editor.lift();
    expect(editor.lesions.count).toBe(1);
    expect(editor.mask.data[2 + 40 * (3 + 40 * 5)]).toBe(1);
    expect(editor.mask.data[37 + 40 * (30 + 40 * 5)]).toBe(1);
  });
});

describe('left and right', () => {
  const grids: readonly [string, Affine][] = [
    ['RAS', affineOf([1, 1, 1])],
    ['LAS', affineOf([-1, 1, 1])],
    [
      'PSR',
      [
        [0, 0, 2, -20],
        [-2, 0, 0, 20],
        [0, 2, 0, -20],
      ],
    ],
    [
      'oblique',
      [
        [-1.8, 0.5, 0.2, 18],
        [0.5, 1.9, 0.3, -24],
        [-0.1, -0.3, 2, -18],
      ],
    ],
  ];

  it.each(grids)(
    'stay where they are on a grid in %s order: what is painted left of the middle is left',
    (_, affine) => {
      const grid: Grid = { shape: [20, 20, 20], affine };
      for (const axis of [
        null,
        ...(['axial', 'coronal', 'sagittal'] as const).map((plane) => axisAcross(affine, plane)),
      ]) {
        const editor = new MaskEditor(
          { ...grid, data: new Uint8Array(8000) },
          { dwi: new Float32Array(8000), adc: null },
        );
        const voxel = nearestTo(grid, [-10, 2, 3]);
        editor.putDown({ radiusMm: 5, axis }, 1, voxel);
        editor.lift();
        expect(editor.volumeMl).toBeGreaterThan(0);
        eachVoxel(grid, (at, each) => {
          if (editor.mask.data[at] !== 0) expect(transformPoint(affine, each)[0]).toBeLessThan(0);
        });
      }
    },
  );
});

function affineOf([x, y, z]: Vec3): Affine {
  return [
    [2 * x, 0, 0, -20 * x],
    [0, 2 * y, 0, -20 * y],
    [0, 0, 2 * z, -20 * z],
  ];
}

function cube(n = 10): MaskEditor {
  const affine: Affine = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
  ];
  const voxels = n ** 3;
  const mask = { shape: [n, n, n] as const, affine, data: new Uint8Array(voxels) };
  return new MaskEditor(mask, { dwi: new Float32Array(voxels), adc: null });
}

function nearestTo(grid: Grid, mm: Vec3): Vec3 {
  let [best, least]: [Vec3, number] = [[0, 0, 0], Number.POSITIVE_INFINITY];
  eachVoxel(grid, (_, voxel) => {
    const [x, y, z] = transformPoint(grid.affine, voxel);
    const away = Math.hypot(x - mm[0], y - mm[1], z - mm[2]);
    if (away < least) [best, least] = [voxel, away];
  });
  return best;
}

function eachVoxel({ shape: [nx, ny, nz] }: Grid, visit: (at: number, voxel: Vec3) => void): void {
  for (let k = 0, at = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++, at++) visit(at, [i, j, k]);
}

/** Distance in mm from a voxel's centre to a way, by world coordinates; within the slice for a disc. */
function distanceTo({ affine }: Grid, voxel: Vec3, way: readonly Vec3[], axis: 0 | 1 | 2 | null): number {
  const world = (point: readonly number[]) =>
    transformPoint(affine, asVec(axis === null ? point : point.with(axis, voxel[axis])));
  const p = world(voxel);
  const least = way.map((point, n) => {
    const [a, b] = [world(way[Math.max(0, n - 1)]), world(point)];
    const along = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
    const from = [p[0] - a[0], p[1] - a[1], p[2] - a[2]];
    const length = along.reduce((sum, mm) => sum + mm * mm, 0);
    const share = length === 0 ? 0 : from.reduce((sum, mm, n) => sum + mm * along[n], 0) / length;
    const t = Math.max(0, Math.min(1, share));
    return Math.hypot(...from.map((mm, n) => mm - t * along[n]));
  });
  return Math.min(...least);
}

/** Does the way come through the voxel's own box? */
function isUnder(voxel: Vec3, way: readonly Vec3[], axis: 0 | 1 | 2 | null): boolean {
  return way.some((point, n) => {
    const from = way[Math.max(0, n - 1)];
    // From when to when along the way each coordinate is within the box.
    const times = voxel.flatMap((place, each) => {
      if (each === axis) return [];
      const step = point[each] - from[each];
      const borders = [place - 0.5, place + 0.5].map((border) => border - from[each]);
      if (step === 0) return borders[0] <= 1e-9 && borders[1] >= -1e-9 ? [] : [[1, 0]];
      return [borders.map((border) => border / step).sort((a, b) => a - b)];
    });
    const enters = Math.max(0, ...times.map(([first]) => first));
    const leaves = Math.min(1, ...times.map(([, last]) => last));
    return enters <= leaves + 1e-9;
  });
}
