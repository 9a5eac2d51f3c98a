import type { Triple } from './diffusion-header.ts';
import { normalOf, type Stack } from './stacks.ts';

/** How the slices of a stack lie. */
export type StackGeometry = {
  /** Usual step from one slice to the next along the normal, mm; 0 for a single slice. */
  readonly spacingMm: number;
  /** Slices that the steps leave out: where they should be, mm along the normal. */
  readonly gapsMm: readonly number[];
  /** Steps that are no whole number of the usual one. */
  readonly isUneven: boolean;
  /** How far a slice lies beside the one below it, mm within their plane (LPS); null where it is none. */
  readonly shearMm: Triple | null;
  /** Slices jump within their plane, by no rule: no grid can hold them. */
  readonly isScattered: boolean;
};

/** Share of a step that rounding may take. */
const stepTolerance = 0.1;
/** Of a whole stack, mm. */
const straightMm = 0.5;

export function geometryOf(stack: Stack<unknown>): StackGeometry {
  const { heightsMm, slices } = stack;
  const steps = heightsMm.slice(1).map((height, at) => height - heightsMm[at]);
  const spacingMm = steps.length === 0 ? 0 : steps.toSorted((a, b) => a - b)[(steps.length - 1) >> 1];
  const gapsMm: number[] = [];
  let isUneven = false;
  for (const [at, step] of steps.entries()) {
    const times = Math.round(step / spacingMm);
    if (times < 1 || Math.abs(step - times * spacingMm) > stepTolerance * spacingMm * Math.max(1, times)) {
      isUneven = true;
      continue;
    }
    for (let missing = 1; missing < times; missing++) gapsMm.push(heightsMm[at] + missing * spacingMm);
  }
  const normal = normalOf(slices[0].place);
  const drifts = slices.map(({ place }, at): Triple => {
    const rise = heightsMm[at] - heightsMm[0];
    const [x, y, z] = place.position.map((value, axis) => value - slices[0].place.position[axis]);
    return [x - rise * normal[0], y - rise * normal[1], z - rise * normal[2]];
  });
  const height = (heightsMm.at(-1) ?? 0) - heightsMm[0];
  const [dx, dy, dz] = (drifts.at(-1) ?? [0, 0, 0]).map((drift) => (height > 0 ? drift / height : 0));
  const isScattered = drifts.some(([x, y, z], at) => {
    const rise = heightsMm[at] - heightsMm[0];
    return Math.hypot(x - dx * rise, y - dy * rise, z - dz * rise) > straightMm;
  });
  const isSheared = Math.hypot(dx, dy, dz) * height > straightMm;
  return {
    spacingMm,
    gapsMm,
    isUneven,
    shearMm: isSheared && !isScattered ? [dx * spacingMm, dy * spacingMm, dz * spacingMm] : null,
    isScattered,
  };
}

/** The places that other stacks of the same orientation have and this one lacks, mm along the normal. */
export function missingBeside(stack: Stack<unknown>, others: readonly Stack<unknown>[]): number[] {
  const has = (heights: readonly number[], height: number) =>
    heights.some((each) => Math.abs(each - height) < 0.5);
  const most = others
    .filter(({ orientation }) => orientation === stack.orientation)
    .reduce<readonly number[]>(
      (best, { heightsMm }) => (heightsMm.length > best.length ? heightsMm : best),
      [],
    );
  return most.filter((height) => !has(stack.heightsMm, height));
}
