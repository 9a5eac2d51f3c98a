import { exponential } from './arithmetic.ts';
import { Cerebrum, tentorium } from './cerebrum.ts';
import { brainStem, cerebellarWhite, cerebellumHull, folia } from './hindbrain.ts';
import type { Lesion } from './lesion.ts';
import { caudateHead, type NucleiShares, nucleiAt } from './nuclei.ts';
import type { Random } from './random.ts';
import { ellipsoid, inside, smoothstep } from './shapes.ts';
import { air, dura, eyes, skin } from './shell.ts';
import { bValue, type Tissue, tissues } from './tissue.ts';
import { cisterns, ventricles } from './ventricles.ts';
import { Waves } from './waves.ts';

/** How this head differs from the next. */
export type AnatomySpec = {
  /** Size over that of the MNI brain. */
  readonly scale: number;
  /** Widening of the sulci by age, in mm. */
  readonly sulciMm: number;
  /** Widening of the lateral ventricles, in mm. */
  readonly ventriclesMm: number;
};

/** What one point of the head gives. Signals are relative to white matter at b = 0. */
export type HeadPoint = {
  b0: number;
  b1000: number;
  /** Share of the voxel that is infarcted brain tissue. */
  lesion: number;
  /** Share of the voxel that lies inside the brain's outline (tissue, sulci and ventricles). */
  brain: number;
  /** Distance outside the skin in mm; negative within the head. */
  outside: number;
};

/** The place at hand, mm. One object for all places, filled anew: there are millions of them. */
type Place = {
  /** Where the anatomy is looked up: no head is quite symmetric. */
  x: number;
  y: number;
  z: number;
  /** Where lesions are. */
  headX: number;
  headY: number;
  headZ: number;
  /** Width over which one tissue turns into the next. */
  edge: number;
  /** Signed distances. */
  fromDura: number;
  fromSkin: number;
};

const greyThicknessMm = 2.8;
/** How far, in mm, places stray from a head that would be the same on both sides. */
const leanMm = 1.7;

/** A head defined as continuous functions of a place in head millimetres (RAS, origin as in MNI space). */
export class Head {
  readonly #spec: AnatomySpec;
  readonly #lesions: readonly Lesion[];
  readonly #cerebrum: Cerebrum;
  readonly #lean: readonly [Waves, Waves, Waves];
  readonly #texture: Waves;
  readonly #marbling: Waves;
  readonly #nuclei: NucleiShares = { striatum: 0, pallidum: 0, thalamus: 0, grey: 0, tract: 0 };
  readonly #place: Place = {
    x: 0,
    y: 0,
    z: 0,
    headX: 0,
    headY: 0,
    headZ: 0,
    edge: 0,
    fromDura: 0,
    fromSkin: 0,
  };
  /** Signals of the brain tissue at hand, per whole voxel of it. */
  #b0 = 0;
  #b1000 = 0;

  constructor(spec: AnatomySpec, lesions: readonly Lesion[], random: Random) {
    this.#spec = spec;
    this.#lesions = lesions;
    this.#cerebrum = new Cerebrum(random, spec.sulciMm);
    this.#lean = [new Waves(random, 4, 95), new Waves(random, 4, 95), new Waves(random, 4, 95)];
    this.#texture = new Waves(random, 10, 9);
    this.#marbling = new Waves(random, 6, 30);
  }

  /** @param edge width in mm over which one tissue turns into the next: about a voxel. */
  sample(headX: number, headY: number, headZ: number, edge: number, out: HeadPoint): void {
    out.b0 = out.b1000 = out.lesion = out.brain = 0;
    let x = headX / this.#spec.scale;
    let y = headY / this.#spec.scale;
    let z = headZ / this.#spec.scale;
    // Most of a field of view is air, well outside an upright cylinder about the head.
    const u = x / 98;
    const v = (y + 12) / 122;
    if (u * u + v * v > 1 || z > 100) {
      out.outside = 50;
      return;
    }
    const fromSkin = skin(x < 0 ? -x : x, y, z);
    out.outside = fromSkin;
    if (fromSkin > 6) return;
    const dx = leanMm * this.#lean[0].at(x, y, z);
    const dy = leanMm * this.#lean[1].at(x, y, z);
    const dz = leanMm * this.#lean[2].at(x, y, z);
    x += dx;
    y += dy;
    z += dz;
    const place = this.#place;
    place.x = x;
    place.y = y;
    place.z = z;
    place.headX = headX;
    place.headY = headY;
    place.headZ = headZ;
    place.edge = edge;
    place.fromSkin = fromSkin;
    place.fromDura = dura(x < 0 ? -x : x, y, z, 1.6 + 0.5 * this.#spec.sulciMm);
    const within = inside(place.fromDura, edge);
    if (within < 1) this.#shell(place, 1 - within, out);
    if (within > 0) this.#inside(place, within, out);
  }

  /** Skull, scalp, muscle, eyes and air. */
  #shell({ x, y, z, edge, fromDura, fromSkin }: Place, share: number, out: HeadPoint): void {
    const ax = x < 0 ? -x : x;
    const head = inside(fromSkin, edge);
    if (head === 0) return;
    const grain = this.#texture.at(x, y, z);
    // Bone next to the dura; then muscle, and scalp under the skin.
    const bone = inside(fromDura - 6.5, edge);
    const muscle = smoothstep(4, 7, -fromSkin);
    let b0 = tissues.scalp.b0 * (1 - muscle) + tissues.muscle.b0 * muscle;
    let b1000 = tissues.scalp.b1000 * (1 - muscle) + tissues.muscle.b1000 * muscle;
    const uneven = 1 + 0.3 * this.#marbling.at(1.7 * x, 1.7 * y, z) + 0.12 * grain;
    b0 = b0 * uneven * (1 - bone) + tissues.bone.b0 * bone;
    b1000 = b1000 * uneven * (1 - bone) + tissues.bone.b1000 * bone;
    const eye = inside(eyes(ax, y, z), edge);
    b0 += (tissues.vitreous.b0 - b0) * eye;
    b1000 += (tissues.vitreous.b1000 - b1000) * eye;
    const filled = share * head * (1 - inside(air(ax, y, z), edge));
    out.b0 += b0 * filled;
    out.b1000 += b1000 * filled;
  }

  /** Brain and CSF. */
  #inside({ x, y, z, headX, headY, headZ, edge }: Place, within: number, out: HeadPoint): void {
    const ax = x < 0 ? -x : x;
    const pial = this.#cerebrum.pialDepth(x, y, z);
    const hullDepth = this.#cerebrum.hullDepth;
    let outline = inside(-hullDepth - 1, edge);
    let brain = inside(-pial, edge);
    let white = inside(greyThicknessMm - pial, edge);
    // The corpus callosum has no cortex, nor have the walls of the ventricles.
    if (ax < 16) white = Math.max(white, inside(ellipsoid(ax, y + 6, z - 2, 18, 40, 28), edge) * brain);
    this.#mix(tissues.grey, tissues.white, brain > 0 ? Math.min(1, white / brain) : 1);
    if (brain > 0) this.#deepGrey(ax, y, z, edge);

    if (z < tentorium(ax, y) + 6) {
      brain += (1 - brain) * this.#hindbrain(ax, x, y, z, edge);
      outline = Math.max(outline, inside(Math.min(cerebellumHull(ax, y, z), brainStem(ax, y, z)) - 1, edge));
    }
    const ventricle = ventricles(ax, y, z, caudateHead(ax, y, z), this.#spec.ventriclesMm);
    const fluid = inside(Math.min(ventricle, cisterns(ax, y, z)), edge);
    const parenchyma = within * brain * (1 - fluid);
    const csf = within - parenchyma;

    const shade = 1 + 0.035 * this.#marbling.at(x, y, z) + 0.02 * this.#texture.at(x, y, z);
    let b0 = this.#b0 * shade;
    let b1000 = this.#b1000 * shade;
    let lesion = 0;
    for (const each of this.#lesions) {
      const share = each.share(headX, headY, headZ, edge);
      if (share <= lesion) continue;
      lesion = share;
      const severity = each.severityAt(headX, headY, headZ);
      const struck = this.#b0 * shade * each.spec.b0Ratio * (1 + 0.05 * severity);
      const adcMm2PerS = each.spec.adcMm2PerS * (1 - 0.04 * severity);
      b0 = this.#b0 * shade * (1 - share) + struck * share;
      b1000 = this.#b1000 * shade * (1 - share) + struck * exponential(-bValue * adcMm2PerS) * share;
    }
    out.b0 += csf * tissues.csf.b0 + parenchyma * b0;
    out.b1000 += csf * tissues.csf.b1000 + parenchyma * b1000;
    out.lesion = lesion * parenchyma;
    out.brain = within * outline;
  }

  #deepGrey(ax: number, y: number, z: number, edge: number): void {
    const shares = this.#nuclei;
    nucleiAt(ax, y, z, edge, shares);
    this.#blend(tissues.tract, shares.tract);
    this.#blend(tissues.thalamus, shares.thalamus);
    this.#blend(tissues.striatum, shares.striatum);
    this.#blend(tissues.pallidum, shares.pallidum);
    this.#blend(tissues.grey, shares.grey);
  }

  /** Blends cerebellum and brain stem in; the share of the voxel that they fill. */
  #hindbrain(ax: number, x: number, y: number, z: number, edge: number): number {
    const stem = inside(brainStem(ax, y, z), edge);
    const depth = -cerebellumHull(ax, y, z);
    const hull = inside(-depth, edge);
    if (stem + hull === 0) return 0;
    const bend = this.#marbling.at(x, y, z);
    const fissures = hull > 0 ? inside(-folia(ax, y, z, depth, bend), edge) : 0;
    const cerebellum = hull * fissures;
    const white = inside(cerebellarWhite(ax, y, z), edge + 2);
    if (cerebellum > 0) {
      this.#blend(tissues.cerebellarCortex, cerebellum);
      this.#blend(tissues.white, cerebellum * white);
    }
    this.#blend(tissues.brainStem, stem);
    return Math.max(stem, cerebellum);
  }

  #mix(one: Tissue, other: Tissue, share: number): void {
    this.#b0 = one.b0 + (other.b0 - one.b0) * share;
    this.#b1000 = one.b1000 + (other.b1000 - one.b1000) * share;
  }

  #blend(tissue: Tissue, share: number): void {
    this.#b0 += (tissue.b0 - this.#b0) * share;
    this.#b1000 += (tissue.b1000 - this.#b1000) * share;
  }
}
