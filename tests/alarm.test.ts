import { raiseAlarm } from '@atoll/engines/alarm/alarm';
import type { Mask } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { hasRealData } from '../packages/cli/test/real-data.ts';
import { type Head, realPatients, volunteersPresumedHealthy } from '../scripts/alarm/heads.ts';
import { paste, randomOf } from '../scripts/alarm/pasted-infarct.ts';

const emptyOf = ({ dwi }: Pick<Head, 'dwi'>): Mask => ({ ...dwi, data: new Uint8Array(dwi.data.length) });

/** Real heads, unstripped, of six scanners, b from 930 to 2500 s/mm²; `npm run evaluate:alarm` does more. */
describe.skipIf(!hasRealData)('the second look at real heads', () => {
  it('is silent over every volunteer', async () => {
    const heads = await volunteersPresumedHealthy();
    expect(heads.length).toBeGreaterThanOrEqual(12);
    for (const head of heads) {
      expect([head.name, raiseAlarm(head.dwi, head.adc, emptyOf(head))?.seenMl]).toEqual([head.name, 0]);
    }
  });

  it('sees an infarct of 10 mL in every one of them, and is silent when the mask holds it', async () => {
    const random = randomOf(5);
    for (const head of await volunteersPresumedHealthy()) {
      const { study, truth } = paste(head, { sizeMl: 10, adcShare: 0.5 }, random);
      const missed = raiseAlarm(study.dwi, study.adc, emptyOf(study))?.missed.data;
      expect([head.name, missed?.some((value, at) => value === 1 && truth.data[at] === 1)]).toEqual([
        head.name,
        true,
      ]);
      expect([head.name, raiseAlarm(study.dwi, study.adc, truth)?.missedPieces.length]).toEqual([
        head.name,
        0,
      ]);
    }
  });

  it('sees a patient’s large infarct under an empty mask, and has nothing against the experts’ masks', async () => {
    const patients = await realPatients();
    for (const { name, dwi, adc, truth } of patients) {
      if (truth === null) continue;
      const right = raiseAlarm(dwi, adc, truth);
      expect([name, right?.missedPieces, right?.lesionPieces.filter(({ doubt }) => doubt !== null)]).toEqual([
        name,
        [],
        [],
      ]);
    }
    const large = patients.find(({ trueMl }) => trueMl > 100);
    if (large === undefined) throw new Error('the patient with the large infarct is not there');
    expect(raiseAlarm(large.dwi, large.adc, emptyOf(large))?.seenMl).toBeGreaterThan(60);
  });
});
