import { compose, invert, transformPoint } from '@atoll/volume/affine';
import type { Affine, Grid, Mask, Vec3, Volume } from '@atoll/volume/volume';
import type { Atlas } from '../src/atlas.ts';
import type { AtlasKind } from '../src/regions.ts';

/** 2 mm voxels of MNI's box. */
const grid: Grid = {
  shape: [91, 109, 91],
  affine: [
    [2, 0, 0, -90],
    [0, 2, 0, -126],
    [0, 0, 2, -72],
  ],
};

type Ball = { readonly at: Vec3; readonly half: Vec3 };
const within = ({ at, half }: Ball, [x, y, z]: Vec3) =>
  ((x - at[0]) / half[0]) ** 2 + ((y - at[1]) / half[1]) ** 2 + ((z - at[2]) / half[2]) ** 2 < 1;

const cerebrum: Ball = { at: [0, -18, 12], half: [68, 86, 62] };
const cerebellum: Ball = { at: [0, -62, -38], half: [50, 34, 26] };
const stem: Ball = { at: [0, -30, -45], half: [14, 14, 26] };
const temporal = (side: number): Ball => ({ at: [side * 44, -8, -22], half: [22, 38, 24] });
const ventricle = (side: number): Ball => ({ at: [side * 14, -16, 16], half: [9, 36, 14] });
const fourth: Ball = { at: [0, -44, -34], half: [8, 8, 12] };
const basalGanglia = (side: number): Ball => ({ at: [side * 27, 2, 2], half: [9, 18, 12] });
const insula = (side: number): Ball => ({ at: [side * 39, 2, 2], half: [6, 20, 14] });

/**
 * A brain of balls with the labels of the real atlas, coarsely: for tests that must run where no atlas was fetched.
 * Left and right are mirror images; front and back, top and bottom are not.
 */
export function modelAtlas(): Atlas {
  const voxels = grid.shape[0] * grid.shape[1] * grid.shape[2];
  const empty = (): Volume<Uint8Array> => ({ ...grid, data: new Uint8Array(voxels) });
  const labels: Record<AtlasKind, Volume<Uint8Array>> = {
    territory: empty(),
    aspects: empty(),
    pcAspects: empty(),
    structure: empty(),
  };
  const [brain, ventricles] = [empty(), empty()];
  for (let at = 0; at < voxels; at++) {
    const p = placeOf(at);
    // World +x is the patient's right; left labels come first.
    const right = p[0] > 0 ? 1 : 0;
    const side = right === 1 ? 1 : -1;
    const isStem = within(stem, p);
    const isCerebellum = within(cerebellum, p);
    if (!isStem && !isCerebellum && !within(cerebrum, p) && !within(temporal(side), p)) continue;
    brain.data[at] = 1;
    const set = (kind: AtlasKind, left: number, paired = true) => {
      labels[kind].data[at] = left + (paired ? right : 0);
    };
    if (within(fourth, p) || within(ventricle(side), p)) {
      ventricles.data[at] = 1;
      set('territory', 31);
      set('structure', 28);
    } else if (isStem) {
      set('territory', 25);
      set('structure', 19, false);
      set('pcAspects', 7, false);
    } else if (isCerebellum) {
      set('territory', 29);
      set('structure', 17);
      set('pcAspects', 5);
    } else if (within(basalGanglia(side), p)) {
      set('territory', 5);
      set('structure', 41);
      set('aspects', 3);
    } else if (within(insula(side), p)) {
      set('territory', 15);
      set('structure', 11);
      set('aspects', 7);
    } else cortex(p, set);
  }
  return { grid, labels, brain, ventricles };
}

function cortex([x, y, z]: Vec3, set: (kind: AtlasKind, left: number) => void): void {
  if (y < -66) {
    set('territory', 19);
    set('structure', 9);
    set('pcAspects', 1);
  } else if (Math.abs(x) < 14) {
    set('territory', 1);
    set('structure', 7);
  } else if (z < -10) {
    set('territory', 11);
    set('structure', 5);
    set('aspects', 11);
  } else if (y > -18) {
    set('territory', 7);
    set('structure', 1);
    set('aspects', 9);
  } else {
    set('territory', 9);
    set('structure', 3);
    set('aspects', 13);
  }
}

function placeOf(at: number): Vec3 {
  const [nx, ny] = grid.shape;
  return transformPoint(grid.affine, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))]);
}

export type Head = { readonly adc: Volume; readonly brain: Mask };

/** What a scanner with this grid sees of the model's brain, which `toAtlas` brings from the world into the atlas. */
export function headOf(atlas: Atlas, toAtlas: Affine, { shape, affine }: Grid): Head {
  const voxels = shape[0] * shape[1] * shape[2];
  const adc = new Float32Array(voxels);
  const brain = new Uint8Array(voxels);
  const toVoxel = compose(invert(atlas.grid.affine), compose(toAtlas, affine));
  const [ax, ay, az] = atlas.grid.shape;
  let noise = 1;
  for (let at = 0; at < voxels; at++) {
    const index: Vec3 = [
      at % shape[0],
      Math.floor(at / shape[0]) % shape[1],
      Math.floor(at / (shape[0] * shape[1])),
    ];
    const [x, y, z] = transformPoint(toVoxel, index).map(Math.round);
    noise = (noise * 16807) % 2147483647;
    if (x < 0 || y < 0 || z < 0 || x >= ax || y >= ay || z >= az) continue;
    const from = x + ax * (y + ay * z);
    if (atlas.brain.data[from] === 0) continue;
    brain[at] = 1;
    const level = atlas.ventricles.data[from] === 1 ? 3 : 0.8;
    adc[at] = level + 0.2 * (noise / 2147483647 - 0.5);
  }
  return { adc: { shape, affine, data: adc }, brain: { shape, affine, data: brain } };
}

/** Turns by degrees about x, then y, then z, and a shift in mm. */
export function turned([ax, ay, az]: Vec3, shift: Vec3 = [0, 0, 0]): Affine {
  const about = (axis: 0 | 1 | 2, degrees: number): Affine => {
    const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    if (axis === 0)
      return [
        [1, 0, 0, 0],
        [0, c, -s, 0],
        [0, s, c, 0],
      ];
    if (axis === 1)
      return [
        [c, 0, s, 0],
        [0, 1, 0, 0],
        [-s, 0, c, 0],
      ];
    return [
      [c, -s, 0, 0],
      [s, c, 0, 0],
      [0, 0, 1, 0],
    ];
  };
  const [x, y, z] = compose(about(2, az), compose(about(1, ay), about(0, ax)));
  return [
    [x[0], x[1], x[2], shift[0]],
    [y[0], y[1], y[2], shift[1]],
    [z[0], z[1], z[2], shift[2]],
  ];
}

/** A ball-shaped lesion about a place of the atlas, on the head's grid. */
export function lesionAt(toAtlas: Affine, place: Vec3, radiusMm: number, { shape, affine }: Grid): Mask {
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  const centre = transformPoint(invert(toAtlas), place);
  for (let at = 0; at < data.length; at++) {
    const index: Vec3 = [
      at % shape[0],
      Math.floor(at / shape[0]) % shape[1],
      Math.floor(at / (shape[0] * shape[1])),
    ];
    const [x, y, z] = transformPoint(affine, index);
    if ((x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2 <= radiusMm ** 2) data[at] = 1;
  }
  return { shape, affine, data };
}
