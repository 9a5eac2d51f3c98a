import type { ConditionId } from './conditions.ts';
import { emboliMl, type Paste } from './synthesis.ts';

/** One run of the engine: a head, perhaps with infarcts in it, under a condition. */
export type Task = {
  readonly head: string;
  readonly condition: ConditionId;
  /** null: the head as it is. Sets without a name are of one size. */
  readonly paste: (Paste & { readonly set?: PasteSet }) | null;
};

/** `size`: infarcts of one size, on which the figures by size stand. The others are looked at by themselves. */
export type PasteSet = 'size' | 'emboli' | 'bilateral' | 'brain stem' | 'cerebellum';

export const sizesMl = [0.05, 0.1, 0.3, 1, 3, 10, 50, 150, 250] as const;

/** Conditions under which every size is pasted. */
const pastedConditions = ['native', 'stripped', 'thick', 'noisy', 'yaw14', 'shaded'] as const;

/** Conditions that must leave a patient's mask as it was. */
export const perturbations = [
  'adc101',
  'yaw14',
  'noisy',
  'units',
  'crop',
  'flip',
] as const satisfies readonly ConditionId[];

/** Harder ones, shown beside them without a target. */
const harder = [
  'adc70',
  'adc140',
  'roll14',
  'oblique',
  'shaded',
  'stripped',
  'thick',
] as const satisfies readonly ConditionId[];

/** A patient's head has no room for a second large infarct. */
const largestBesideAnother = 10;

/** Small infarcts are cheap to ask for many at once, kept well apart; each counts by itself. */
export function countFor(ml: number): number {
  if (ml <= 0.3) return 8;
  if (ml <= 1) return 4;
  return ml <= 3 ? 3 : 1;
}

export type PlanOptions = {
  /** One seed, and each size under one condition beside the native one in turn. */
  readonly quick: boolean;
  /** Heads that may be used. */
  readonly heads: readonly { readonly id: string; readonly twin: boolean; readonly patient: boolean }[];
};

/** All runs of the suite, in a fixed order. */
export function planStress({ quick, heads }: PlanOptions): Task[] {
  return heads.flatMap(({ id, twin, patient }, headAt) => {
    const tasks: Task[] = [{ head: id, condition: 'native', paste: null }];
    const rest = patient
      ? [...perturbations, ...harder]
      : (['stripped', 'yaw14', 'noisy', 'oblique', 'shaded', 'thick', 'decoys'] as const);
    for (const condition of rest) tasks.push({ head: id, condition, paste: null });
    if (twin) return tasks;
    sizesMl.forEach((ml, sizeAt) => {
      if (patient && ml > largestBesideAnother) return;
      const others = pastedConditions.slice(1);
      const conditions = quick
        ? (['native', others[(headAt + sizeAt) % others.length]] as const)
        : pastedConditions;
      for (const condition of conditions) {
        // Native heads are what the figures are asked on: one more draw of each size there.
        const seeds = quick || condition !== 'native' ? [1] : [1, 2];
        for (const seed of seeds) {
          tasks.push({ head: id, condition, paste: { set: 'size', ml, seed, count: countFor(ml) } });
        }
      }
    });
    for (const seed of quick ? [1] : [1, 2]) {
      for (const paste of specialSets(seed)) tasks.push({ head: id, condition: 'native', paste });
    }
    return tasks;
  });
}

function specialSets(seed: number): (Paste & { readonly set: PasteSet })[] {
  return [
    { set: 'emboli', ml: 0.12, seed, sizesMl: emboliMl(seed) },
    { set: 'bilateral', ml: 15, seed, sizesMl: [18, 12], side: 'both' },
    { set: 'brain stem', ml: 0.5, seed, sizesMl: [0.2, 0.8], region: 'stem' },
    { set: 'cerebellum', ml: 2, seed, sizesMl: [0.3, 4], region: 'cerebellum' },
  ];
}
