import { describe, expect, it } from 'vitest';
import { heads, isThere } from './heads.ts';
import { perturbations, type Task } from './plan.ts';
import { type Row, runTask } from './row.ts';

/**
 * The stress suite in short: two real heads that are quick to run, a few sizes, and a patient with emboli. `npm run
 * stress` is the whole.
 */
const wanted = ['sie_hfs', 'uih', 'isles0001'] as const;
const there = wanted.every((id) => heads.some((head) => head.id === id && isThere(head)));
if (!there && process.env.CI !== 'true') {
  console.warn('Skipping the short stress suite: its heads are not there (ATOLL_TEST_DATA).');
}

async function run(task: Task): Promise<Row> {
  const row = await runTask(task, 'balanced');
  if (row === null) throw new Error(`There is nothing to run: ${JSON.stringify(task)}.`);
  return row;
}

describe.skipIf(!there && process.env.CI !== 'true')(
  'the embedded engine on real heads',
  { timeout: 180_000 },
  () => {
    it('marks nothing in a head without a lesion', async () => {
      for (const condition of ['native', 'stripped', 'shaded'] as const) {
        const { falseMl } = await run({ head: 'uih', condition, paste: null });
        expect(falseMl, condition).toBeLessThanOrEqual(0.3);
      }
    });

    it('draws the brain as the suite does, which knows the b0', async () => {
      const { brainMl, brainDice } = await run({ head: 'sie_hfs', condition: 'native', paste: null });
      expect(brainMl).toBeGreaterThan(1300);
      expect(brainMl).toBeLessThan(1600);
      expect(brainDice).toBeGreaterThan(0.93);
    });

    it.each([50, 150, 250])('finds and outlines an infarct of %d mL', async (ml) => {
      const { lesions, dice } = await run({
        head: 'sie_hfs',
        condition: 'native',
        paste: { set: 'size', ml, seed: 1 },
      });
      expect(lesions.map(({ found }) => found)).toEqual([true]);
      // The rim of the temporal pole, where the one of 50 mL lies, is piled-up signal itself.
      expect(dice).toBeGreaterThan(ml < 100 ? 0.8 : 0.85);
    });

    it('finds infarcts of 3 mL, also where the head was stripped', async () => {
      for (const condition of ['native', 'stripped'] as const) {
        const paste = { set: 'size', ml: 3, seed: 1, count: 3 } as const;
        const { lesions } = await run({ head: 'sie_hfs', condition, paste });
        expect(lesions.filter(({ found }) => found).length, condition).toBeGreaterThanOrEqual(2);
      }
    });

    it('finds more than half of infarcts of 0.1–0.3 mL', async () => {
      const rows = await Promise.all(
        [0.1, 0.3].map((ml) =>
          run({ head: 'uih', condition: 'native', paste: { set: 'size', ml, seed: 1, count: 8 } }),
        ),
      );
      const lesions = rows.flatMap((row) => row.lesions);
      expect(lesions.filter(({ found }) => found).length / lesions.length).toBeGreaterThan(0.5);
    });

    it.each(perturbations)('marks much the same in a patient with emboli: %s', async (condition) => {
      const { itself } = await run({ head: 'isles0001', condition, paste: null });
      expect(itself?.dice).toBeGreaterThanOrEqual(0.85);
      expect(itself?.volumeRatio).toBeGreaterThan(0.85);
      expect(itself?.volumeRatio).toBeLessThan(1.15);
    });
  },
);
