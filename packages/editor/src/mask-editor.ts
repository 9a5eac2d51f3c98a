import { spacingMm as spacingOf, voxelVolumeMl } from '@atoll/volume/affine';
import type { Box } from '@atoll/volume/morphology';
import { type NumberedLesions, numberLesions } from '@atoll/volume/numbered-lesions';
import type { Mask, Vec3 } from '@atoll/volume/volume';
import { fillBetweenSlices } from './between-slices.ts';
import type { Brush } from './brush.ts';
import { History, type Step } from './history.ts';
import { fillHoles } from './holes.ts';
import { type Intensities, type Limits, limitTo, noLimits } from './limits.ts';
import type { Axis } from './plane.ts';
import { growRegion, type RegionWish } from './region.ts';
import { resize } from './resize.ts';
import { Stroke } from './stroke.ts';
import {
  boxOfRuns,
  countOfRuns,
  flip,
  maskOfRuns,
  runsOf,
  runsOfDifference,
  runsOfMask,
  type VoxelRuns,
} from './voxel-runs.ts';

/** Told of each change: the box that something changed in. */
export type ChangeListener = (box: Box) => void;

/** From what, and by how much, the steps that stand have moved the surface. */
type Resizing = { readonly base: VoxelRuns; readonly byMm: number };

/**
 * A mask that is being changed, in the order of its own voxels, with every step to be undone and made again. It knows
 * nothing of views: they tell it places in voxels and draw what it holds.
 */
export class MaskEditor {
  readonly #shape: Vec3;
  readonly #affine: Mask['affine'];
  readonly #data: Uint8Array<ArrayBuffer>;
  readonly #intensities: Intensities;
  readonly #voxelMl: number;
  readonly #listeners = new Set<ChangeListener>();
  readonly #resizing = new WeakMap<object, Resizing>();
  #history: History;
  #limits: Limits = noLimits;
  #isAllowed: ((at: number) => boolean) | null = null;
  #stroke: Stroke | null = null;
  #inside: number;
  #lesions: NumberedLesions | null = null;

  /**
   * @param mask is copied, and stays as it is.
   * @param history steps that an earlier edit of the same mask made; those that stand are made again.
   */
  constructor(mask: Mask, intensities: Intensities, history: History = new History()) {
    this.#shape = mask.shape;
    this.#affine = mask.affine;
    this.#data = Uint8Array.from(mask.data, (value) => (value === 0 ? 0 : 1));
    this.#intensities = intensities;
    this.#voxelMl = voxelVolumeMl(mask.affine);
    this.#history = history;
    for (const { runs } of history.steps.slice(0, history.position)) flip(this.#data, runs);
    this.#inside = this.#data.reduce((sum, value) => sum + value, 0);
  }

  /** As it stands; the array changes with each edit. */
  get mask(): Mask {
    return { shape: this.#shape, affine: this.#affine, data: this.#data };
  }

  get history(): History {
    return this.#history;
  }

  get limits(): Limits {
    return this.#limits;
  }

  /** Where brush, eraser, a clicked region and growing may change something from now on. */
  set limits(limits: Limits) {
    this.#limits = limits;
    this.#isAllowed = limitTo(this.#intensities, limits);
  }

  /** Of all that is inside, also in the middle of a stroke. */
  get volumeMl(): number {
    const underBrush = this.#stroke === null ? 0 : this.#stroke.changedVoxels * this.#strokeSign;
    return (this.#inside + underBrush) * this.#voxelMl;
  }

  /** Lesions as lists of lesions number them: the largest is 1. */
  get lesions(): NumberedLesions {
    this.#lesions ??= numberLesions(this.mask);
    return this.#lesions;
  }

  /** @returns a function that ends it. */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Puts a brush down; a stroke that was not lifted is lifted first. @param point in voxels. */
  putDown(brush: Brush, value: 0 | 1, point: Vec3): void {
    this.lift();
    this.#stroke = new Stroke(this.mask, this.#data, brush, value, this.#isAllowed);
    this.#strokeSign = value === 1 ? 1 : -1;
    this.draw(point);
  }

  /** The brush goes on to a point, in voxels; nothing where it is not down. */
  draw(point: Vec3): void {
    const before = this.#stroke?.changedVoxels;
    const box = this.#stroke?.moveTo(point) ?? null;
    if (box !== null && this.#stroke?.changedVoxels !== before) this.#tell(box);
  }

  /** The stroke has ended, and is one step. @returns whether it changed anything. */
  lift(): boolean {
    const stroke = this.#stroke;
    if (stroke === null) return false;
    this.#stroke = null;
    const runs = stroke.runs();
    const sign = this.#strokeSign;
    if (runs.length === 0) return false;
    this.#inside += sign * countOfRuns(runs);
    this.#history.push({ label: sign === 1 ? 'Brush' : 'Eraser', runs });
    this.#lesions = null;
    const box = boxOfRuns(runs, this.#shape);
    if (box !== null) this.#tell(box);
    return true;
  }

  /** As if the brush had never been put down. */
  dropStroke(): void {
    const runs = this.#stroke?.runs();
    this.#stroke = null;
    if (runs === undefined) return;
    flip(this.#data, runs);
    const box = boxOfRuns(runs, this.#shape);
    if (box !== null) this.#tell(box);
  }

  /**
   * What a click on a voxel would add, for a preview; nothing changes yet.
   * @throws AtollError REGION_NO_CONTRAST
   */
  regionAt(voxel: Vec3, wish: Omit<RegionWish, 'isAllowed'>): VoxelRuns {
    const runs = growRegion(this.#intensities, this.mask, voxel, { ...wish, isAllowed: this.#isAllowed });
    return this.#missingOf(runs);
  }

  /** Adds voxels, such as those of a preview. @returns whether there was anything to add. */
  add(runs: VoxelRuns, label: string): boolean {
    return this.#step(label, this.#missingOf(runs));
  }

  /** Makes the mask another one on the same grid, as one step. @returns whether they differed. */
  replace(mask: Uint8Array, label: string): boolean {
    this.lift();
    return this.#become(mask, label);
  }

  /** Moves the whole surface outwards, or inwards by less than 0 mm; several in a row are one move from the same base. */
  resize(byMm: number): boolean {
    this.lift();
    const before = this.#resizing.get(this.#history.last ?? this);
    const base = before?.base ?? runsOfMask(this.#data);
    const total = (before?.byMm ?? 0) + byMm;
    const from = maskOfRuns(base, this.#data.length);
    const wanted = resize(from, this.#shape, spacingOf(this.#affine), total);
    if (total > 0 && this.#isAllowed !== null) {
      for (let at = 0; at < wanted.length; at++)
        if (wanted[at] !== from[at] && !this.#isAllowed(at)) wanted[at] = 0;
    }
    const changed = this.#become(wanted, byMm > 0 ? 'Grow' : 'Shrink');
    this.#resizing.set(this.#history.last ?? this, { base, byMm: total });
    return changed;
  }

  fillHoles(axis: Axis): boolean {
    this.lift();
    return this.#become(fillHoles(this.#data, this.#shape, axis), 'Fill holes');
  }

  /** Fills in the slices between painted ones across an axis. */
  fillBetweenSlices(axis: Axis): boolean {
    this.lift();
    const filled = fillBetweenSlices(this.#data, this.#shape, spacingOf(this.#affine), axis);
    return this.#become(filled, 'Fill between slices');
  }

  /** Takes lesions out, by their numbers. */
  deleteLesions(numbers: readonly number[]): boolean {
    this.lift();
    const { numbers: numberOf } = this.lesions;
    const gone = new Set(numbers);
    const places: number[] = [];
    for (let at = 0; at < numberOf.length; at++)
      if (numberOf[at] !== 0 && gone.has(numberOf[at])) places.push(at);
    const label = numbers.length === 1 ? `Delete lesion ${numbers[0]}` : 'Delete lesions';
    return this.#step(label, runsOf(places));
  }

  /** Takes all lesions out but these. */
  keepLesions(numbers: readonly number[]): boolean {
    const { count } = this.lesions;
    const others = Array.from({ length: count }, (_, n) => n + 1).filter((n) => !numbers.includes(n));
    return this.deleteLesions(others);
  }

  /** @returns the step that was undone; null at the beginning. */
  undo(): Step | null {
    this.lift();
    return this.#turnOver(this.#history.back());
  }

  /** @returns the step that was made again; null where nothing was undone. */
  redo(): Step | null {
    this.lift();
    return this.#turnOver(this.#history.forward());
  }

  #strokeSign: 1 | -1 = 1;

  #missingOf(runs: VoxelRuns): VoxelRuns {
    const places: number[] = [];
    for (let n = 0; n < runs.length; n += 2)
      for (let at = runs[n]; at < runs[n] + runs[n + 1]; at++) if (this.#data[at] === 0) places.push(at);
    return runsOf(places);
  }

  #become(wanted: Uint8Array, label: string): boolean {
    return this.#step(label, runsOfDifference(this.#data, wanted));
  }

  #step(label: string, runs: VoxelRuns): boolean {
    this.lift();
    if (runs.length === 0) return false;
    const step = { label, runs };
    this.#history.push(step);
    this.#turnOver(step);
    return true;
  }

  #turnOver(step: Step | null): Step | null {
    if (step === null) return null;
    this.#inside += flip(this.#data, step.runs);
    this.#lesions = null;
    const box = boxOfRuns(step.runs, this.#shape);
    if (box !== null) this.#tell(box);
    return step;
  }

  #tell(box: Box): void {
    for (const listener of this.#listeners) listener(box);
  }
}
