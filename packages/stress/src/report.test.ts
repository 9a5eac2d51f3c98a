import { describe, expect, it } from 'vitest';
import { compareRuns } from './comparison.ts';
import { planStress } from './plan.ts';
import type { Row } from './row.ts';
import { print, tablesOf } from './tables.ts';
import { targetsOf } from './targets.ts';

const healthy: Row = {
  head: 'uih',
  condition: 'native',
  kind: 'healthy',
  set: null,
  ml: null,
  seed: 1,
  lesions: [],
  dice: null,
  falseMl: 0.1,
  markedMl: 0.1,
  brainMl: 1200,
  brainDice: 0.97,
  expert: null,
  itself: null,
  refused: null,
};

function pasted(ml: number, found: readonly boolean[], dice = 0.9): Row {
  const lesions = found.map((each) => ({
    ml,
    share: each ? 0.8 : 0,
    found: each,
    side: 'left' as const,
    region: 'middle' as const,
    contrast: 2,
    adcShare: 0.6,
  }));
  return { ...healthy, kind: 'pasted', set: 'size', ml, lesions, dice };
}

const metBy = (rows: readonly Row[]) =>
  new Map(targetsOf(rows).map(({ name, met }) => [name.replace(', native', ''), met]));

describe('the targets', () => {
  it('are missed by one big infarct that is not found, and by a quarter of the small ones only when most are', () => {
    const good = [healthy, pasted(10, [true]), pasted(150, [true]), pasted(0.1, [true, true, false])];
    expect([...metBy(good).values()].every((met) => met)).toBe(true);
    const bad = metBy([...good, pasted(50, [false], 0)]);
    expect(bad.get('Pasted 10–250 mL: found, share')).toBe(false);
    expect(metBy([...good, pasted(0.3, [false, false, false])]).get('Pasted 0.1–0.3 mL: found, share')).toBe(
      false,
    );
  });

  it('take the worst head without a lesion, and the mean of them', () => {
    const rows = [healthy, { ...healthy, head: 'tos', falseMl: 0.4 }];
    const targets = metBy(rows);
    expect(targets.get('Heads without a lesion: worst, mL')).toBe(false);
    expect(targets.get('Heads without a lesion: mean, mL')).toBe(false);
  });

  it('ask a perturbed patient for the same volume and the same mask', () => {
    const itself = { dice: 0.9, volumeRatio: 1.2 };
    const row: Row = { ...healthy, head: 'openads', kind: 'patient', condition: 'yaw14', itself };
    const targets = metBy([row]);
    expect(targets.get('openads perturbed: worst change of volume, share')).toBe(false);
    expect(targets.get('openads perturbed: worst Dice with itself')).toBe(true);
    // Conditions that were not asked for are shown, and fail nothing.
    expect(metBy([{ ...row, condition: 'adc70' }]).size).toBe(0);
  });
});

describe('the tables', () => {
  it('count infarcts, not heads', () => {
    const [bySize] = tablesOf([
      pasted(0.1, [true, false, true, false]),
      pasted(0.1, [true, true, true, true]),
    ]);
    expect(bySize.lines[0].slice(0, 4)).toEqual(['0.1', '6', '8', '75']);
    expect(print(bySize)).toContain('0.1');
  });

  it('say what changed since an earlier run, by size and run by run', () => {
    const before = { rows: [pasted(10, [false], 0.1), { ...healthy, falseMl: 2 }] };
    const [summary, most] = compareRuns(before, [pasted(10, [true], 0.9), healthy]);
    expect(summary.lines).toContainEqual(['10', '0 → 1', '0.100 → 0.900', '0.1 → 0.1']);
    expect(most.lines.map(([run]) => run)).toEqual(['uih native 10 #1', 'uih native healthy #1']);
    expect(() => compareRuns({ rows: 'none' }, [])).toThrow();
  });
});

describe('the plan', () => {
  const plan = (quick: boolean) =>
    planStress({
      quick,
      heads: [
        { id: 'one', twin: false, patient: false },
        { id: 'two', twin: true, patient: false },
        { id: 'three', twin: false, patient: true },
      ],
    });

  it('pastes every size into every head but twins of another, and runs each as it is', () => {
    const tasks = plan(false);
    const sizes = (head: string) => new Set(tasks.filter((t) => t.head === head).map((t) => t.paste?.ml));
    expect([...sizes('one')]).toEqual(expect.arrayContaining([0.05, 0.1, 0.3, 1, 3, 10, 50, 150, 250]));
    expect([...sizes('two')]).toEqual([undefined]);
    expect(tasks.filter((t) => t.head === 'three' && t.paste === null).map((t) => t.condition)).toEqual(
      expect.arrayContaining(['native', 'adc101', 'yaw14', 'noisy', 'units', 'crop', 'flip']),
    );
  });

  it('is a part of itself when quick, and never asks for the same twice', () => {
    const [quick, whole] = [true, false].map((short) => plan(short).map((task) => JSON.stringify(task)));
    expect(quick.length).toBeLessThan(whole.length / 2);
    expect(quick.every((task) => whole.includes(task))).toBe(true);
    expect(new Set(whole).size).toBe(whole.length);
  });
});
