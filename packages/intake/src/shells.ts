/** What b-values acute stroke is imaged with, s/mm²; others are a mistake or another kind of scan. */
export const usableBValues: readonly [low: number, high: number] = [500, 3000];

/** Below this an image is a b0 for our purpose: vendors write 0, 0.001 or 5 for it. */
export const b0Below = 50;

/** Volumes of one b-value. */
export type Shell = { readonly bValue: number; readonly volumes: readonly number[] };

/** Sorts volumes by b-value; what differs by no more than 5 % (or 20 s/mm²) is one shell. From low to high. */
export function shellsOf(bValues: readonly number[]): readonly Shell[] {
  const sorted = bValues.map((bValue, volume) => ({ bValue, volume })).sort((a, b) => a.bValue - b.bValue);
  const shells: { bValue: number; volumes: number[] }[] = [];
  for (const { bValue, volume } of sorted) {
    const last = shells.at(-1);
    if (last !== undefined && bValue - last.bValue <= Math.max(20, 0.05 * last.bValue)) {
      last.volumes.push(volume);
    } else shells.push({ bValue, volumes: [volume] });
  }
  return shells.map((shell) => ({
    bValue: Math.round(mean(shell.volumes.map((volume) => bValues[volume]))),
    volumes: shell.volumes.toSorted((a, b) => a - b),
  }));
}

/** The b0 of a series: volumes of exactly 0 where there are any, else those near it; null without. */
export function b0Of(bValues: readonly number[]): Shell | null {
  const low = [...bValues.keys()].filter((volume) => bValues[volume] < b0Below);
  if (low.length === 0) return null;
  const exact = low.filter((volume) => bValues[volume] === 0);
  const volumes = exact.length > 0 ? exact : low;
  return { bValue: Math.round(mean(volumes.map((volume) => bValues[volume]))), volumes };
}

/** The shell of the highest b-value that acute stroke is imaged with; null without. */
export function highestUsable(bValues: readonly number[]): Shell | null {
  return shellsOf(bValues).findLast(({ bValue }) => isUsableBValue(bValue)) ?? null;
}

/** b-values that are neither a b0's nor usable, for words about them. Vendors write 0.001 and the like for 0. */
export function strangeBValues(bValues: readonly number[]): readonly number[] {
  return [...new Set(bValues)].filter((bValue) => bValue > 0.1 && !isUsableBValue(bValue));
}

export function isUsableBValue(bValue: number): boolean {
  return bValue >= usableBValues[0] && bValue <= usableBValues[1];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
