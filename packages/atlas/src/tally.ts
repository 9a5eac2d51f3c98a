import { voxelVolumeMl } from '@atoll/volume/affine';
import type { Affine, Grid, Mask } from '@atoll/volume/volume';
import type { Atlas } from './atlas.ts';
import type { AspectsCutoff, Place, RegionShare, ScoredRegion, ScoreEstimate } from './location.ts';
import { placeInWords } from './phrase.ts';
import { type AtlasKind, type Region, regionsOf } from './regions.ts';
import { mapVoxels, NearestLabel, type VoxelMap, warpLabels } from './warp.ts';

/** How far a voxel that lies in no region may be from the one that it is counted to. */
const reachMm = 6;

/** The regions of an atlas in a patient, counted. */
export class Tally {
  readonly #atlas: Atlas;
  readonly #map: VoxelMap;
  readonly #voxelMl: number;
  readonly #nearest: Readonly<Record<'territory' | 'structure', NearestLabel>>;
  readonly #regionVoxels = new Map<AtlasKind, Float64Array>();

  constructor(atlas: Atlas, grid: Grid, toAtlas: Affine) {
    this.#atlas = atlas;
    this.#map = mapVoxels(grid, toAtlas, atlas.grid);
    this.#voxelMl = voxelVolumeMl(grid.affine);
    const nearest = (kind: 'territory' | 'structure') =>
      new NearestLabel(atlas.labels[kind], ventriclesOf(kind), reachMm);
    this.#nearest = { territory: nearest('territory'), structure: nearest('structure') };
  }

  /** The labels of the atlas on the patient's grid. */
  warped(kind: AtlasKind): Uint8Array<ArrayBuffer> {
    return warpLabels(this.#atlas.labels[kind], this.#map);
  }

  /** The atlas' brain and its ventricles on the patient's grid. */
  warpedBrain(): { readonly brain: Uint8Array; readonly ventricles: Uint8Array } {
    return {
      brain: warpLabels(this.#atlas.brain, this.#map),
      ventricles: warpLabels(this.#atlas.ventricles, this.#map),
    };
  }

  /**
   * Where the voxels of each number from 1 to `count` lie, and first, at 0, where all of them do.
   * @param numbers for each voxel; 0 for those that are in none.
   */
  places(numbers: ArrayLike<number>, count: number): Place[] {
    const territory = Array.from({ length: count + 1 }, () => new Float64Array(256));
    const structure = Array.from({ length: count + 1 }, () => new Float64Array(256));
    for (let at = 0; at < numbers.length; at++) {
      const number = numbers[at];
      if (number === 0) continue;
      const index = this.#map[at];
      const [one, other] =
        index < 0 ? [0, 0] : [this.#nearest.territory.at(index), this.#nearest.structure.at(index)];
      for (const n of [0, number]) {
        territory[n][one]++;
        structure[n][other]++;
      }
    }
    return territory.map((counts, n) => this.#place(counts, structure[n]));
  }

  #place(territory: Float64Array, structure: Float64Array): Place {
    const voxels = territory.reduce((sum, count) => sum + count, 0);
    const territories = this.#shares('territory', territory, voxels);
    const structures = this.#shares('structure', structure, voxels);
    return {
      phrase: placeInWords(territories, structures),
      territories,
      structures,
      outsideMl: territory[0] * this.#voxelMl,
    };
  }

  /** ASPECTS of both sides. */
  aspects(mask: Mask, cutoff: AspectsCutoff): { left: ScoreEstimate; right: ScoreEstimate } {
    const regions = this.#scored('aspects', mask, cutoff, () => 1);
    const of = (wanted: 'left' | 'right') => scoreOf(regions.filter(({ side }) => side === wanted));
    return { left: of('left'), right: of('right') };
  }

  /** PC-ASPECTS: pons and midbrain count two points. Source: Puetz et al., Stroke 2008;39:2485–2490. */
  pcAspects(mask: Mask, cutoff: AspectsCutoff): ScoreEstimate {
    return scoreOf(this.#scored('pcAspects', mask, cutoff, ({ side }) => (side === 'midline' ? 2 : 1)));
  }

  #shares(kind: 'territory' | 'structure', counts: Float64Array, voxels: number): RegionShare[] {
    return regionsOf(kind)
      .filter(({ label }) => counts[label] > 0)
      .map(({ label, name, side, group }) => ({
        name,
        side,
        group,
        ...this.#extent(kind, label, counts[label]),
        percentOfLesion: (100 * counts[label]) / voxels,
      }))
      .sort((one, other) => other.volumeMl - one.volumeMl);
  }

  #scored(
    kind: 'aspects' | 'pcAspects',
    mask: Mask,
    cutoff: AspectsCutoff,
    pointsOf: (region: Region) => number,
  ): ScoredRegion[] {
    const counts = new Float64Array(256);
    const labels = this.#atlas.labels[kind].data;
    for (let at = 0; at < mask.data.length; at++)
      if (mask.data[at] !== 0 && this.#map[at] >= 0) counts[labels[this.#map[at]]]++;
    return regionsOf(kind).map((region) => {
      const extent = this.#extent(kind, region.label, counts[region.label]);
      const affected = extent.percentOfRegion >= cutoff.percentOfRegion || extent.volumeMl >= cutoff.volumeMl;
      return { name: region.name, side: region.side, ...extent, affected, points: pointsOf(region) };
    });
  }

  #extent(kind: AtlasKind, label: number, voxels: number) {
    // What was counted to a region from beside it may make more of it than there is.
    const region = Math.max(this.#voxelsOf(kind)[label], voxels);
    return {
      volumeMl: voxels * this.#voxelMl,
      regionMl: region * this.#voxelMl,
      percentOfRegion: region === 0 ? 0 : (100 * voxels) / region,
    };
  }

  #voxelsOf(kind: AtlasKind): Float64Array {
    const known = this.#regionVoxels.get(kind);
    if (known !== undefined) return known;
    const counts = new Float64Array(256);
    const { data } = this.#atlas.labels[kind];
    for (const index of this.#map) if (index >= 0) counts[data[index]]++;
    this.#regionVoxels.set(kind, counts);
    return counts;
  }
}

function scoreOf(regions: readonly ScoredRegion[]): ScoreEstimate {
  const lost = regions.reduce((sum, { affected, points }) => sum + (affected ? points : 0), 0);
  return { score: 10 - lost, regions };
}

function ventriclesOf(kind: AtlasKind): Uint8Array {
  const is = new Uint8Array(256);
  for (const { label, isVentricle } of regionsOf(kind)) if (isVentricle === true) is[label] = 1;
  return is;
}
