import type { SlicePlane } from '@atoll/pictures/slice-grid';
import type { Affine, AffineRow, Vec3 } from '@atoll/volume/volume';
import { Niivue } from '@niivue/niivue';
import type { SliceTile } from './slice-tile.ts';

/**
 * NiiVue that tells when it has drawn, for which it has no event of its own, and that can be told of several changes
 * before it works: each of its setters has every volume resampled and the scene drawn anew.
 */
export class DrawnNiivue extends Niivue {
  onDrawn: () => void = () => undefined;
  #isHeld = false;

  /** Makes changes that are worked off, and drawn, once when all of them have been made. */
  together(change: () => void): void {
    this.#isHeld = true;
    try {
      change();
    } finally {
      this.#isHeld = false;
    }
    this.updateGLVolume();
  }

  override updateGLVolume(): void {
    if (!this.#isHeld) super.updateGLVolume();
  }

  override drawScene(): ReturnType<Niivue['drawScene']> {
    if (this.#isHeld) return;
    const said = super.drawScene();
    this.onDrawn();
    return said;
  }
}

/** NiiVue's slice types in its order. */
const planes: readonly SlicePlane[] = ['axial', 'coronal', 'sagittal'];

/**
 * NiiVue's slices in the form that both views share. Its own function from the screen to the image is asked at three
 * points of each slice: between them everything is linear, zoom and oblique angles included.
 */
export function tilesOf(nv: Niivue): SliceTile[] {
  const ratio = nv.uiData.dpr ?? 1;
  return nv.screenSlices.flatMap(({ axCorSag, leftTopWidthHeight }, at): SliceTile[] => {
    const plane = planes[axCorSag];
    // A 3D rendering among the slices has no plane.
    if (plane === undefined) return [];
    const [x, y, w, h] = leftTopWidthHeight;
    // NiiVue writes a mirrored slice as one of negative width.
    const [left, width] = w < 0 ? [x + w, -w] : [x, w];
    const mmOf = (frac: ArrayLike<number>): Vec3 => {
      const [right, anterior, superior] = nv.frac2mm([frac[0], frac[1], frac[2]], 0, true);
      return [right, anterior, superior];
    };
    const fracAt = (shareX: number, shareY: number) =>
      nv.screenXY2TextureFrac(left + shareX * width, y + shareY * h, at, false);
    const corner = fracAt(0.25, 0.25);
    const [one, right, down] = [mmOf(corner), mmOf(fracAt(0.75, 0.25)), mmOf(fracAt(0.25, 0.75))];
    const through = 2 - axCorSag;
    const next = [corner[0], corner[1], corner[2]];
    next[through] += 1 / (nv.volumes[0].dimsRAS?.[through + 1] ?? 1);
    const nextMm = mmOf(next);
    const row = (axis: 0 | 1 | 2): AffineRow => {
      const perX = ((right[axis] - one[axis]) / (0.5 * width)) * ratio;
      const perY = ((down[axis] - one[axis]) / (0.5 * h)) * ratio;
      const offset = one[axis] - (perX * (left + 0.25 * width)) / ratio - (perY * (y + 0.25 * h)) / ratio;
      return [perX, perY, nextMm[axis] - one[axis], offset];
    };
    const toMm: Affine = [row(0), row(1), row(2)];
    return [{ plane, left: left / ratio, top: y / ratio, width: width / ratio, height: h / ratio, toMm }];
  });
}
