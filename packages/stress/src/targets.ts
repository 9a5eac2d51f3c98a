import { perturbations } from './plan.ts';
import type { Row } from './row.ts';

export type Target = {
  readonly name: string;
  readonly value: string;
  readonly must: string;
  readonly aim: string;
  readonly met: boolean;
  readonly aimed: boolean;
};

/** Infarcts that stand out less than this on the DWI are counted in a table of their own. */
export const faintContrast = 1.5;

type Reach = readonly [must: number, aim: number];

/** What patients as they are must reach, and what is aimed at, by the head's id. */
export const patientTargets: Readonly<
  Record<'openads' | 'isles0001', { readonly name: string; readonly dice: Reach; readonly lesionF1: Reach }>
> = {
  openads: { name: 'OpenADS', dice: [0.88, 0.9], lesionF1: [0.5, 0.7] },
  isles0001: { name: 'ISLES’22 0001', dice: [0.58, 0.62], lesionF1: [0.59, 0.75] },
};

/** The most that may be marked in heads without a lesion, and what is aimed at, mL. */
export const falseMlTargets = { worst: [0.3, 0], mean: [0.1, 0] } as const;

/** What the suite must reach, and what it aims at. Targets without a row to tell them are left out. */
export function targetsOf(rows: readonly Row[]): Target[] {
  const healthy = rows.filter((row) => row.kind === 'healthy' && row.condition === 'native');
  const pasted = rows.filter((row) => row.kind === 'pasted');
  const native = pasted.filter((row) => row.condition === 'native');
  const falseMl = healthy.map((row) => row.falseMl);
  const targets: (Target | null)[] = [
    atMost('Heads without a lesion: worst, mL', max(falseMl), ...falseMlTargets.worst),
    atMost('Heads without a lesion: mean, mL', mean(falseMl), ...falseMlTargets.mean),
    ...(['native', 'every condition'] as const).flatMap((which) => {
      const of = which === 'native' ? native : pasted;
      const big = of.filter((row) => (row.ml ?? 0) >= 10);
      const lesions = (low: number, high: number) =>
        of.filter(({ ml }) => ml !== null && ml >= low && ml <= high).flatMap((row) => row.lesions);
      return [
        atLeast(`Pasted 10–250 mL, ${which}: found, share`, found(lesions(10, 250)), 1, 1),
        atLeast(`Pasted 10–250 mL, ${which}: mean Dice`, mean(big.map((row) => row.dice ?? 0)), 0.85, 0.92),
        atLeast(`Pasted 1–3 mL, ${which}: found, share`, found(lesions(1, 3)), 0.92, 0.98),
        atLeast(`Pasted 0.1–0.3 mL, ${which}: found, share`, found(lesions(0.1, 0.3)), 0.6, 0.8),
      ];
    }),
    ...patient(rows, 'openads'),
    ...patient(rows, 'isles0001'),
    ...perturbed(rows),
    ...outlines(rows),
  ];
  return targets.filter((target) => target !== null);
}

function patient(rows: readonly Row[], head: keyof typeof patientTargets): (Target | null)[] {
  const { name, dice, lesionF1 } = patientTargets[head];
  const row = rows.find(
    (each) => each.head === head && each.kind === 'patient' && each.condition === 'native',
  );
  if (row === undefined || row.expert === null) return [];
  return [
    atLeast(`${name}: Dice`, row.expert.dice, ...dice),
    atLeast(`${name}: lesion F1`, row.expert.lesionF1, ...lesionF1),
  ];
}

function perturbed(rows: readonly Row[]): (Target | null)[] {
  const asked: readonly string[] = perturbations;
  const changed = rows.filter(({ itself, condition }) => itself !== null && asked.includes(condition));
  return [...new Set(changed.map(({ head }) => head))].flatMap((head) => {
    const of = changed.filter((row) => row.head === head);
    return [
      atMost(
        `${head} perturbed: worst change of volume, share`,
        max(of.map(({ itself }) => Math.abs((itself?.volumeRatio ?? 0) - 1))),
        0.15,
        0.05,
      ),
      atLeast(
        `${head} perturbed: worst Dice with itself`,
        min(of.map(({ itself }) => itself?.dice ?? 0)),
        0.85,
        0.95,
      ),
    ];
  });
}

function outlines(rows: readonly Row[]): (Target | null)[] {
  const whole = rows.filter((row) => row.kind !== 'pasted' && row.condition === 'native');
  const volumes = whole.map(({ brainMl }) => brainMl ?? 0);
  const dice = whole.map(({ brainDice }) => brainDice ?? 0);
  return [
    atLeast('Brain: smallest, mL', min(volumes), 900, 900),
    atMost('Brain: largest, mL', max(volumes), 2000, 2000),
    atLeast('Brain: worst Dice with the suite’s outline', min(dice), 0.93, 0.95),
  ];
}

function found(lesions: readonly { readonly found: boolean }[]): number | null {
  return lesions.length === 0 ? null : lesions.filter((each) => each.found).length / lesions.length;
}

function atLeast(name: string, value: number | null, must: number, aim: number): Target | null {
  if (value === null) return null;
  return {
    name,
    value: value.toFixed(value >= 100 ? 0 : 3),
    must: `≥ ${must}`,
    aim: `≥ ${aim}`,
    met: value >= must,
    aimed: value >= aim,
  };
}

function atMost(name: string, value: number | null, must: number, aim: number): Target | null {
  if (value === null) return null;
  return {
    name,
    value: value.toFixed(value >= 100 ? 0 : 3),
    must: `≤ ${must}`,
    aim: `≤ ${aim}`,
    met: value <= must,
    aimed: value <= aim,
  };
}

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function max(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function min(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.min(...values);
}
