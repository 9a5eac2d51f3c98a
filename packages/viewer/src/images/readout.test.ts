import { greyRange } from '@atoll/pictures/grey-range';
import { describe, expect, it } from 'vitest';
import { positionText } from './readout.tsx';

describe('the read-out', () => {
  it('names the patient’s side of a position, by the sign of world millimetres', () => {
    expect(positionText([-32.14, 10, -4.5])).toBe('L 32.1  A 10.0  I 4.5 mm');
    expect(positionText([32.14, -10, 4.5])).toBe('R 32.1  P 10.0  S 4.5 mm');
  });
});

describe('the grey range', () => {
  it('of an ADC is the same diffusion in whatever unit it comes', () => {
    expect(greyRange('adc', 'auto', 3000)).toEqual([0, 2000]);
    expect(greyRange('adc', 'auto', 3)).toEqual([0, 2]);
    expect(greyRange('adc', 'auto', 0.003)).toEqual([0, 0.002]);
  });

  it('of a DWI goes by its own brightest voxels', () => {
    expect(greyRange('dwi', 'auto', 400)[1]).toBeCloseTo(540);
  });
});
