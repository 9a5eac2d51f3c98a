import { AtollError } from '@atoll/errors/error';
import { transformPoint } from '@atoll/volume/affine';
import { describe, expect, it } from 'vitest';
import { axial, makeEnhanced, makeSeries } from '../../test/source-series.ts';
import { readSourceSlices } from './source-slice.ts';

describe('a source slice', () => {
  it('lies where its header says, in RAS+', () => {
    const oblique = {
      ...axial,
      orientation: [0.96, 0.28, 0, -0.224, 0.768, 0.6],
      spacingMm: [2, 3, 4] as const,
    };
    const [{ plane, position }] = readSourceSlices(makeSeries(oblique)[0]);
    // Column 5, row 7: 5 × 3 mm along the row and 7 × 2 mm down the column, in LPS+.
    const lps = [0, 1, 2].map(
      (axis) => Number(position[axis]) + 15 * oblique.orientation[axis] + 14 * oblique.orientation[3 + axis],
    );
    const found = transformPoint(plane, [5, 7, 0]);
    for (const axis of [0, 1, 2]) expect(found[axis]).toBeCloseTo(lps[axis] * (axis === 2 ? 1 : -1), 9);
  });

  it('is one a frame of an enhanced image, with its own b-value', () => {
    const slices = readSourceSlices(makeEnhanced(axial));
    expect(slices.map(({ frameNumber }) => frameNumber)).toEqual(
      Array.from({ length: axial.slices }, (_, at) => at + 1),
    );
    expect(slices[0].diffusion).toEqual({ bValue: 1000, kind: 'trace' });
  });

  it('is read or refused in a word, whatever became of the file', () => {
    const whole = makeSeries(axial)[0];
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const outcomes = new Set<string>();
    for (let round = 0; round < 600; round++) {
      const broken = round % 2 === 0 ? whole.slice(0, random(whole.length)) : whole.slice();
      for (let n = 0; n < 3 * (round % 2); n++) broken[132 + random(1200)] = random(256);
      try {
        outcomes.add(readSourceSlices(broken).length === 0 ? 'passed over' : 'read');
      } catch (thrown) {
        if (!(thrown instanceof AtollError)) throw thrown;
        expect(thrown.cause).toBeUndefined();
        outcomes.add(thrown.code);
      }
    }
    expect(outcomes).toEqual(new Set(['read', 'passed over', 'DICOM_FILE_UNREADABLE']));
  });
});
