import { AtollError } from '@atoll/errors/error';
import { compose } from '@atoll/volume/affine';
import { solveSymmetric } from '@atoll/volume/symmetric-system';
import type { Affine, Vec3 } from '@atoll/volume/volume';
import type { Atlas } from './atlas.ts';
import { adcCorrelation } from './likeness.ts';
import { normalEquations } from './normal-equations.ts';
import { type Samples, type Subject, sampleSubject } from './subject.ts';
import { centreOf, makeTemplates, type Template } from './template.ts';
import { affineOf, derivativesOf, identityParameters, type Parameters } from './transform.ts';

/** A patient's place in the atlas. */
export type Registration = {
  /** The patient's world mm to the atlas' world mm. */
  readonly toAtlas: Affine;
  readonly parameters: Parameters;
  /** What is left of the differences, per sample. */
  readonly cost: number;
  /** Of the patient's ADC with the template's, within the brain; null where one of them does not vary. */
  readonly correlation: number | null;
};

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
/** Typical scale from a patient to the template, which is larger than most brains. */
const usualScale = 1.1;
/** Starts that go on after the first look. */
const kept = 3;

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
  };
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

type Descent = {
  /** How many parameters are free: 6 rigid, 7 with one scale for all axes, 9, or 12. */
  readonly count: 6 | 7 | 9 | 12 | number;
  readonly rounds: number;
  readonly softness: number;
};

type Found = { readonly parameters: Parameters; readonly cost: number };

function descend(
  template: Template,
  samples: Samples,
  start: Parameters,
  { count, rounds, softness }: Descent,
): Found {
  const evaluate = (p: Parameters) => {
    const equations = normalEquations(template, samples, affineOf(p), softness);
    return { p, equations, cost: equations.cost + penaltyOf(p) };
  };
  let here = evaluate(start);
  let damping = 1e-3;
  for (let round = 0; round < rounds; round++) {
    const { matrix, right, directions } = reduced(here.p, here.equations, count);
    const n = directions.length;
    for (let i = 0; i < n; i++) matrix[n * i + i] *= 1 + damping;
    const step = solveSymmetric(matrix, right, n);
    const next = step === null ? null : evaluate(moved(here.p, directions, step));
    if (next !== null && next.cost < here.cost) {
      const gain = here.cost - next.cost;
      here = next;
      damping *= 0.2;
      if (gain < 1e-5 * here.cost) break;
    } else {
      damping *= 10;
      if (damping > 1e4) break;
    }
  }
  return { parameters: here.p, cost: here.cost };
}

/** Along which the parameters may move: each by itself, but the three scales together where there is one for all. */
function directionsOf(count: number): readonly (readonly number[])[] {
  if (count === 7) return [[0], [1], [2], [3], [4], [5], [6, 7, 8]];
  return Array.from({ length: count }, (_, n) => [n]);
}

function moved(p: Parameters, directions: readonly (readonly number[])[], step: Float64Array): Parameters {
  const next = [...p];
  for (const [n, along] of directions.entries()) for (const at of along) next[at] -= step[n];
  return next;
}

/** How much scales that differ, and shears, must gain to be believed; and a scale far from the usual one. */
const penalty = { scales: 0.03, shear: 0.06, size: 0.01 };

function penaltyOf(p: Parameters): number {
  const mean = (p[6] + p[7] + p[8]) / 3;
  const spread =
    (p[6] - mean) * (p[6] - mean) + (p[7] - mean) * (p[7] - mean) + (p[8] - mean) * (p[8] - mean);
  const shear = p[9] * p[9] + p[10] * p[10] + p[11] * p[11];
  const size = mean - usualScale;
  return penalty.scales * spread + penalty.shear * shear + penalty.size * size * size;
}

/** The equations of the affine's twelve numbers brought to the parameters that are free. */
function reduced(p: Parameters, { gradient, hessian }: ReturnType<typeof normalEquations>, count: number) {
  const directions = directionsOf(count);
  const n = directions.length;
  const single = derivativesOf(p, count === 7 ? 9 : count);
  const slopes = directions.map((along) => {
    const sum = new Float64Array(12);
    for (const at of along) for (let e = 0; e < 12; e++) sum[e] += single[at][e];
    return sum;
  });
  const matrix = new Float64Array(n * n);
  const right = new Float64Array(n);
  for (const [i, slope] of slopes.entries()) {
    const turned = new Float64Array(12);
    for (let e = 0; e < 12; e++) {
      right[i] += slope[e] * gradient[e];
      for (let f = 0; f < 12; f++) turned[f] += slope[e] * hessian[12 * e + f];
    }
    for (const [j, other] of slopes.entries())
      for (let f = 0; f < 12; f++) matrix[n * i + j] += turned[f] * other[f];
  }
  addPenalty(p, directions, matrix, right);
  return { matrix, right, directions };
}

/** Gradient and curvature of half the penalty. */
function addPenalty(
  p: Parameters,
  directions: readonly (readonly number[])[],
  matrix: Float64Array,
  right: Float64Array,
): void {
  const n = directions.length;
  const mean = (p[6] + p[7] + p[8]) / 3;
  const slope = (at: number) => {
    if (at < 6) return 0;
    if (at < 9) return penalty.scales * (p[at] - mean) + (penalty.size * (mean - usualScale)) / 3;
    return penalty.shear * p[at];
  };
  const curvature = (one: number, other: number) => {
    if (one < 6 || other < 6 || one < 9 !== other < 9) return 0;
    if (one < 9) return (one === other ? penalty.scales : 0) - penalty.scales / 3 + penalty.size / 9;
    return one === other ? penalty.shear : 0;
  };
  for (const [i, along] of directions.entries()) {
    for (const at of along) right[i] += slope(at);
    for (const [j, other] of directions.entries())
      for (const one of along) for (const two of other) matrix[n * i + j] += curvature(one, two);
  }
}
