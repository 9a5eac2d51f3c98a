import type { Anatomy, Changed, Subject } from './anatomy.ts';
import { addDecoys } from './decoys.ts';
import { cropped, reordered, stripped, turnedHeader } from './geometry.ts';
import { addNoise, rescaled, shaded } from './intensity.ts';
import { thickSlices, turned } from './regridded.ts';

export type Condition = {
  readonly id: string;
  readonly title: string;
  /** null where it makes no sense on this head (5 mm slices of a head with 5 mm slices). */
  readonly apply: (subject: Subject, anatomy: Anatomy, seed: number) => Changed | null;
};

const degree = Math.PI / 180;

export const conditions = [
  { id: 'native', title: 'as it is', apply: (subject) => ({ subject, moved: (mask) => mask }) },
  {
    id: 'stripped',
    title: 'brain alone',
    apply: (subject, anatomy) => (anatomy.stripped ? null : stripped(subject)),
  },
  { id: 'thick', title: 'slices of 5 mm', apply: (subject) => thickSlices(subject, 5) },
  { id: 'noisy', title: 'SNR 10', apply: (subject, anatomy, seed) => addNoise(subject, anatomy, 10, seed) },
  {
    id: 'yaw14',
    title: 'head turned by 14°',
    apply: (subject, anatomy) => turned(subject, anatomy, { yaw: 14 * degree, roll: 0, pitch: 0 }),
  },
  {
    id: 'roll14',
    title: 'head tilted to its shoulder by 14°',
    apply: (subject, anatomy) => turned(subject, anatomy, { yaw: 0, roll: 14 * degree, pitch: 0 }),
  },
  {
    id: 'oblique',
    title: 'slices oblique in three directions (header)',
    apply: (subject, anatomy) =>
      turnedHeader(subject, anatomy, { yaw: 25 * degree, roll: 14 * degree, pitch: 18 * degree }),
  },
  { id: 'shaded', title: 'shaded by a surface coil', apply: shaded },
  {
    id: 'units',
    title: 'other units',
    apply: (subject) => rescaled(subject, { adc: 1, signal: 37, unit: 1e6 }),
  },
  { id: 'adc101', title: 'ADC + 1 %', apply: (subject) => rescaled(subject, { adc: 1.01 }) },
  { id: 'adc70', title: 'ADC × 0.7', apply: (subject) => rescaled(subject, { adc: 0.7 }) },
  { id: 'adc140', title: 'ADC × 1.4', apply: (subject) => rescaled(subject, { adc: 1.4 }) },
  {
    id: 'decoys',
    title: 'old lesions, cavities and piled-up signal',
    apply: (subject, anatomy, seed) => ({
      subject: addDecoys(subject, anatomy, seed),
      moved: (mask) => mask,
    }),
  },
  { id: 'crop', title: 'field of view cut', apply: cropped },
  { id: 'flip', title: 'stored in another order', apply: reordered },
] as const satisfies readonly Condition[];

export type ConditionId = (typeof conditions)[number]['id'];

export const conditionIds: readonly ConditionId[] = conditions.map(({ id }) => id);

export function conditionOf(id: ConditionId): Condition {
  const found: Condition | undefined = conditions.find((each) => each.id === id);
  if (found === undefined) throw new Error(`There is no condition "${id}".`);
  return found;
}
