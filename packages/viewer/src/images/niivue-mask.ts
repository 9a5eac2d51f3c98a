import type { SlicePlane } from '@atoll/pictures/slice-grid';
import type { Colour } from '@atoll/pictures/slice-picture';
import { sameGrid } from '@atoll/volume/affine';
import type { Affine, AffineRow, Grid } from '@atoll/volume/volume';
import { NVImage } from '@niivue/niivue';
import type { Plane } from './display.ts';
import type { FetchedVolume } from './fetch-volume.ts';
import { chequered, dashed } from './mask-pattern.ts';
import { outlineOf, type VoxelAxis, voxelAxisAlong } from './outline.ts';

/** World axis across each plane. */
export const axisOf: Record<SlicePlane, VoxelAxis> = { sagittal: 0, coronal: 1, axial: 2 };

/** A mask among NiiVue's volumes: what is drawn of it may be its outline alone; its values are kept beside. */
export class NiivueMask {
  readonly volume: NVImage;
  readonly #whole: NVImage;
  /** What is drawn now: a slider must not have it computed again for each of its steps. */
  #drawn = 'whole';

  private constructor(volume: NVImage) {
    this.volume = volume;
    this.#whole = volume.clone();
  }

  /** @param colours of the values 1, 2, … */
  static async load({ bytes, fileName }: FetchedVolume, colours: readonly Colour[]): Promise<NiivueMask> {
    const volume = await NVImage.loadFromUrl({ url: fileName, name: fileName, buffer: bytes });
    const channel = (at: 0 | 1 | 2) => [0, ...colours.map((colour) => colour[at])];
    volume.setColormapLabel({
      R: channel(0),
      G: channel(1),
      B: channel(2),
      A: [0, ...colours.map(() => 255)],
      I: [0, ...colours.map((_, at) => at + 1)],
      labels: ['', ...colours.map((_, at) => String(at + 1))],
    });
    return new NiivueMask(volume);
  }

  valueAt(mm: readonly [number, number, number]): number {
    const [i, j, k] = this.#whole.mm2vox([...mm]);
    return this.#whole.getValue(i, j, k);
  }

  drawWhole(): void {
    this.#draw('whole', ({ voxels }) => voxels);
  }

  drawOutline(plane: Plane): void {
    this.#draw(`outline ${plane}`, ({ voxels, dims, affine }) =>
      outlineOf(voxels, dims, acrossOf(plane, affine)),
    );
  }

  /** Its outline in two tones. */
  drawDashes(plane: Plane): void {
    this.#draw(`dashes ${plane}`, ({ voxels, dims, affine }) =>
      dashed(outlineOf(voxels, dims, acrossOf(plane, affine)), dims),
    );
  }

  /** Whole, for 3D; where `below` is drawn too, both are seen. On another grid they cannot be laid together. */
  drawOver(below: NiivueMask | null): void {
    const under = below === null ? null : partsOf(below.#whole);
    this.#draw(`over ${below?.volume.id}`, (mine) =>
      under !== null && sameGrid(gridOf(mine), gridOf(under))
        ? chequered(mine.voxels, under.voxels, mine.dims)
        : mine.voxels,
    );
  }

  /** Puts voxels where NiiVue draws them from. */
  #draw(name: string, pattern: (parts: Parts) => ArrayLike<number>): void {
    if (name === this.#drawn) return;
    this.#drawn = name;
    const parts = partsOf(this.#whole);
    if (parts !== null) this.volume.img?.set(pattern(parts));
  }
}

type Parts = {
  readonly voxels: ArrayLike<number>;
  readonly dims: readonly [number, number, number];
  readonly affine: readonly (readonly number[])[];
};

function partsOf({ img, hdr }: NVImage): Parts | null {
  if (img === undefined || hdr === null) return null;
  return { voxels: img, dims: [hdr.dims[1], hdr.dims[2], hdr.dims[3]], affine: hdr.affine };
}

function gridOf({ dims, affine }: Parts): Grid {
  const row = (at: number): AffineRow => [affine[at][0], affine[at][1], affine[at][2], affine[at][3]];
  const rows: Affine = [row(0), row(1), row(2)];
  return { shape: dims, affine: rows };
}

function acrossOf(plane: Plane, affine: Parts['affine']): VoxelAxis | null {
  return plane === 'all' || plane === 'render' ? null : voxelAxisAlong(affine, axisOf[plane]);
}
