import { AtollError } from '@atoll/errors/error';
import { compose } from '@atoll/volume/affine';
import type { Affine, Vec3 } from '@atoll/volume/volume';
import type { Atlas } from './atlas.ts';
import { descend, usualScale } from './descent.ts';
import { adcCorrelation } from './likeness.ts';
import { type Samples, type Subject, sampleSubject } from './subject.ts';
import { centreOf, makeTemplates, type Template } from './template.ts';
import { affineOf, identityParameters, type Parameters } from './transform.ts';

/** A patient's place in the atlas. */
export type Registration = {
  /** The patient's world mm to the atlas' world mm. */
  readonly toAtlas: Affine;
  readonly parameters: Parameters;
  /** What is left of the differences, per sample. */
  readonly cost: number;
  /** Of the patient's ADC with the template's, within the brain; null where one of them does not vary. */
  readonly correlation: number | null;
  /** Which way the head would lie better: an affine may say the wrong one. null where it lies as its affine says. */
  readonly otherWay: OtherWay | null;
};

/** How a head may lie other than its images say. */
type OtherWay = 'upside down' | 'back to front' | 'upside down and back to front';

/** Templates of an atlas at each step; they are the same for all patients. */
export type Templates = { readonly start: Template; readonly coarse: Template; readonly fine: Template };

export type RegisterOptions = {
  /** Looked at between steps; an AbortSignal will do. */
  readonly stop?: { readonly aborted: boolean } | undefined;
  readonly onProgress?: ((fraction: number) => void) | undefined;
};

/** Edge of the blocks, smoothing, what is seen around the brain, and how large a difference is taken seriously. */
const steps = {
  start: { edgeMm: 12, sigmaMm: 9, marginMm: 36, softness: 4 },
  coarse: { edgeMm: 8, sigmaMm: 6, marginMm: 24, softness: 1 },
  fine: { edgeMm: 4, sigmaMm: 3, marginMm: 12, softness: 0.5 },
} as const;

/** Tangent of half of 22°: a start each way around each axis reaches heads that are tilted by 25° and more. */
const startTurn = 0.1944;
/** Starts that go on after the first look. */
const kept = 3;
/** Starts at each height. */
const turnsPerLift = 7;

/** Makes the templates of an atlas; takes a tenth of a second or two. */
export function templatesOf(atlas: Atlas): Templates {
  const [fine, coarse, start] = makeTemplates(atlas, [steps.fine, steps.coarse, steps.start]);
  return { start, coarse, fine };
}

/**
 * Finds the affine that lays a patient's brain over the template: from several starts, by Gauss–Newton steps with
 * Levenberg's and Marquardt's damping on 6, then 9, then 12 parameters, coarse to fine. The lesion is left out of
 * the ADC. The same input gives the same bits wherever plus, minus, times, over and the square root are IEEE's.
 * @throws AtollError JOB_CANCELLED
 */
export function register(
  templates: Templates,
  subject: Subject,
  { stop, onProgress }: RegisterOptions = {},
): Registration {
  const look = () => {
    if (stop?.aborted === true) throw new AtollError('JOB_CANCELLED');
  };
  look();
  const target = centreOf(templates.fine);
  const first = sampleAt('start', subject);
  const starts = startsOf(first, templates.start, target);
  const tried = starts.map((start, n) => {
    look();
    onProgress?.((0.4 * n) / starts.length);
    return descend(templates.start, first, start, { count: 7, rounds: 12, softness: steps.start.softness });
  });
  const coarse = sampleAt('coarse', subject, first.centre);
  const best = tried
    .toSorted((one, other) => one.cost - other.cost)
    .slice(0, kept)
    .map(({ parameters }) => {
      look();
      const moved = descend(templates.coarse, coarse, parameters, {
        count: 7,
        rounds: 10,
        softness: steps.coarse.softness,
      });
      return descend(templates.coarse, coarse, moved.parameters, {
        count: 9,
        rounds: 10,
        softness: steps.coarse.softness,
      });
    })
    .reduce((one, other) => (other.cost < one.cost ? other : one));
  look();
  onProgress?.(0.6);
  const turnedCosts = otherWays.map(({ signs }) => {
    look();
    return costTurned(templates, first, coarse, target, signs);
  });
  const fine = sampleAt('fine', subject, first.centre);
  let found = best;
  for (const [n, count] of [9, 12].entries()) {
    look();
    found = descend(templates.fine, fine, found.parameters, {
      count,
      rounds: 12,
      softness: steps.fine.softness,
    });
    onProgress?.(0.8 + 0.2 * n);
  }
  const [x, y, z] = first.centre;
  const toCentre: Affine = [
    [1, 0, 0, -x],
    [0, 1, 0, -y],
    [0, 0, 1, -z],
  ];
  const { parameters, cost } = found;
  const affine = affineOf(parameters);
  return {
    toAtlas: compose(affine, toCentre),
    parameters,
    cost,
    correlation: adcCorrelation(templates.fine, fine, affine),
    otherWay: otherWayOf(best.cost, turnedCosts),
  };
}

/** By the signs of y and z. A brain is too much alike on both sides for x to be told. */
const otherWays: readonly { readonly way: OtherWay; readonly signs: Vec3 }[] = [
  { way: 'upside down', signs: [1, 1, -1] },
  { way: 'back to front', signs: [1, -1, 1] },
  { way: 'upside down and back to front', signs: [1, -1, -1] },
];
/**
 * What part of the cost may be left for another way to be believed. In ten real heads it was 1.4 to 5 times as much as long
 * as they lay as they should, and at most 0.7 times when they did not.
 */
const clearlyBetter = 0.9;

/** What is left of the differences when the head is turned over, after the coarse step. */
function costTurned(
  templates: Templates,
  first: Samples,
  coarse: Samples,
  target: Vec3,
  signs: Vec3,
): number {
  const start = turnedOver(first, signs);
  const { parameters } = startsOf(start, templates.start, target)
    .filter((_, n) => n % turnsPerLift === 0)
    .map((from) =>
      descend(templates.start, start, from, { count: 7, rounds: 12, softness: steps.start.softness }),
    )
    .reduce((one, other) => (other.cost < one.cost ? other : one));
  const samples = turnedOver(coarse, signs);
  const { softness } = steps.coarse;
  const moved = descend(templates.coarse, samples, parameters, { count: 7, rounds: 10, softness });
  return descend(templates.coarse, samples, moved.parameters, { count: 9, rounds: 10, softness }).cost;
}

function turnedOver(samples: Samples, signs: Vec3): Samples {
  return { ...samples, places: samples.places.map((mm, n) => mm * signs[n % 3]) };
}

function otherWayOf(cost: number, turnedCosts: readonly number[]): OtherWay | null {
  const least = Math.min(...turnedCosts);
  return least < clearlyBetter * cost ? otherWays[turnedCosts.indexOf(least)].way : null;
}

function sampleAt(step: keyof typeof steps, subject: Subject, centre?: Vec3): Samples {
  const { edgeMm, sigmaMm, marginMm } = steps[step];
  return sampleSubject(subject, edgeMm, sigmaMm, marginMm, centre);
}

/** Upright and tilted each way, with middles, tops and bottoms of brain and template together. */
function startsOf(samples: Samples, template: Template, target: Vec3): Parameters[] {
  const brain = heightsOf(samples);
  const model = templateHeights(template, target);
  const lifts = [0, model.top - usualScale * brain.top, model.bottom - usualScale * brain.bottom];
  const t = startTurn;
  const turns: Vec3[] = [
    [0, 0, 0],
    [t, 0, 0],
    [-t, 0, 0],
    [0, t, 0],
    [0, -t, 0],
    [0, 0, t],
    [0, 0, -t],
  ];
  const useful = lifts.filter((lift, n) => n === 0 || Math.abs(lift) > 12);
  return useful.flatMap((lift) =>
    turns.map(([x, y, z]) => {
      const p = [...identityParameters];
      [p[0], p[1], p[2]] = [target[0], target[1], target[2] + lift];
      [p[3], p[4], p[5]] = [x, y, z];
      [p[6], p[7], p[8]] = [usualScale, usualScale, usualScale];
      return p;
    }),
  );
}

/** Between which heights over the centre the brain lies, in mm. */
function heightsOf({ count, places, outline }: Samples): { top: number; bottom: number } {
  let [top, bottom] = [0, 0];
  for (let n = 0; n < count; n++) {
    if (outline[n] < 0.5) continue;
    const z = places[3 * n + 2];
    if (z > top) top = z;
    if (z < bottom) bottom = z;
  }
  return { top, bottom };
}

function templateHeights({ grid, values }: Template, target: Vec3): { top: number; bottom: number } {
  const [nx, ny, nz] = grid.shape;
  let [top, bottom] = [0, 0];
  for (let k = 0; k < nz; k++) {
    const z = grid.affine[2][2] * k + grid.affine[2][3] - target[2];
    let reached = false;
    for (let at = nx * ny * k; at < nx * ny * (k + 1) && !reached; at++) reached = values[2 * at + 1] >= 0.5;
    if (reached && z > top) top = z;
    if (reached && z < bottom) bottom = z;
  }
  return { top, bottom };
}
