import type { MissedPlace, PlainLook, Report } from '@atoll/engines/report';
import { describe, expect, it } from 'vitest';
import { describeReport } from './report-text.ts';

const missed: MissedPlace = {
  id: 1,
  volumeMl: 73.7,
  side: 'left',
  place: 'middle third of the brain, mid level',
  centroidMm: [-40, 2, 20],
  focusMm: [-41.2, 3.4, 21],
  meanAdcMm2PerS: 0.0004,
  minAdcMm2PerS: 0.0003,
  dwiRatio: 2.2,
  adcRatio: 0.49,
  why: 'DWI 2.2 times that of the tissue around it.',
};

const look: PlainLook = {
  status: 'done',
  seenMl: 76,
  coveredShare: 0,
  missed: [missed],
  doubtful: [{ lesionId: 2, reason: 'outside-brain', why: 'Lies outside the brain.' }],
  missedSha256: '0',
};

const report: Report = {
  engine: 'diffusion',
  volumeMl: 0,
  lesionCount: 0,
  lesions: [],
  lowAdc: { belowMm2PerS: 0.00062, volumeMl: 0 },
  quality: [],
  warnings: [{ code: 'PLAIN_LOOK_MISSED', severity: 'serious', message: 'The mask is empty, but …' }],
  metrics: { status: 'no-reference' },
  overlays: [],
  probability: null,
  plainLook: look,
  brain: null,
  elapsedSeconds: 1,
  provenance: {
    atollVersion: '0',
    engine: 'diffusion',
    engineVersion: '1',
    preset: 'balanced',
    options: [],
    parameters: {},
    inputSha256: {},
    outputSha256: '0',
    createdAt: '2026-01-01T00:00:00Z',
    runtime: 'Node',
    citations: [],
    notice: 'Research software.',
  },
};

describe('a report on a terminal', () => {
  it('begins with the places that the mask may have missed, and with what nothing speaks for', () => {
    const lines = describeReport(report).split('\n');
    expect(lines[0]).toMatch(/^CHECK: bright on DWI with a low ADC, and not in the mask/);
    expect(lines[1]).toContain(
      '73.70 mL  patient’s left, middle third of the brain, mid level, at -41, 3, 21 mm: DWI 2.2 times',
    );
    expect(lines[3]).toBe('  lesion 2: Lies outside the brain.');
    expect(lines.findIndex((line) => line.startsWith('Lesion volume'))).toBeGreaterThan(3);
  });

  it('tells places that an engine of an ensemble marked from those that are bright on DWI with a low ADC', () => {
    const marked = { ...missed, id: 2, volumeMl: 4.5, markedBy: ['lab'], why: 'Marked by “Lab”.' };
    const withPlaces = (places: readonly MissedPlace[]) => ({
      ...report,
      plainLook: { ...look, missed: places, doubtful: [] },
    });
    const both = describeReport(withPlaces([missed, marked])).split('\n');
    expect(both[0]).toMatch(/^CHECK: bright on DWI with a low ADC, and not in the mask/);
    expect(both[1]).toContain('73.70 mL');
    expect(both[2]).toMatch(/^CHECK: marked by an engine, and not in the joined mask/);
    expect(both[3]).toMatch(/4\.50 mL {2}patient’s left.*: Marked by “Lab”\.$/);
    const alone = describeReport(withPlaces([marked]));
    expect(alone).toMatch(/^CHECK: marked by an engine/);
    expect(alone).not.toContain('bright on DWI with a low ADC');
  });

  it('begins with the volume where mask and second look agree, or where there was no such look', () => {
    const agreed = {
      ...report.plainLook,
      status: 'done',
      seenMl: 5,
      coveredShare: 1,
      missed: [],
      doubtful: [],
      missedSha256: null,
    } as const;
    for (const plainLook of [agreed, null, { status: 'not-possible', reason: 'No brain.' } as const]) {
      expect(describeReport({ ...report, plainLook })).toMatch(/^Lesion volume/);
    }
  });
});
