import { describe, expect, it } from 'vitest';
import { sampleReport } from '../test/sample-report.ts';
import { contentOf } from './content.ts';
import { ensemblePart } from './ensemble-part.ts';
import { unnamedSubject } from './subject.ts';

const place = (id: number) => ({
  ...sampleReport().lesions[0],
  id,
  volumeMl: 3 / id,
  engine: id % 2 === 0 ? 'diffusion' : 'lab',
  isApart: id !== 2,
  isInMask: false,
});
const part = { lesionCount: 2, diceWithMask: 0.8, aloneMl: 3.1, sensitivity: null, specificity: null };
const ensemble = {
  rule: 'majority' as const,
  parts: [
    { ...part, engine: 'diffusion', title: 'Embedded', overlay: 'part-diffusion', volumeMl: 20 },
    { ...part, engine: 'lab', title: 'Lab model', overlay: 'part-lab', volumeMl: 23.1 },
  ],
  dice: [{ engines: ['diffusion', 'lab'] as [string, string], dice: 0.9123 }],
  votesMl: [3.1, 20],
  lesionVotes: [
    {
      lesionId: 1,
      shares: [
        { engine: 'diffusion', share: 1 },
        { engine: 'lab', share: 0 },
      ],
    },
  ],
  disagreements: [place(1), place(2)],
  unlisted: { count: 0, volumeMl: 0 },
};
const textOf = (change: Parameters<typeof sampleReport>[0]) =>
  JSON.stringify(ensemblePart(sampleReport(change)));

describe('what a report says of an ensemble', () => {
  it('is nothing where one engine made the mask', () => {
    expect(ensemblePart(sampleReport())).toEqual([]);
  });

  it('is how the engines agree, on each lesion, and where one alone marked something', () => {
    const tables = ensemblePart(sampleReport({ ensemble })).flatMap((block) =>
      block.kind === 'table' ? [block] : [],
    );
    expect(tables.map(({ rows }) => rows.length)).toEqual([2, 1, 2]);
    expect(tables[1].rows[0]).toEqual(['1', '1 of 2', '100 %', 'not marked']);
    expect(tables[2].rows).toEqual([
      ['1', 'Lab model', '3.00', 'left', 'central, middle third', '−30, 0, 0', 'not in the mask'],
      [
        ...['2', 'Embedded', '1.50', 'left', 'central, middle third', '−30, 0, 0'],
        'not in the mask; beyond a shared lesion',
      ],
    ]);
    expect(textOf({ ensemble })).toContain('"Dice of Embedded and Lab model","value":"0.912"');
  });

  it('adds up what is too small to be listed, and says where there is nothing', () => {
    const many = {
      ...ensemble,
      disagreements: Array.from({ length: 50 }, (_, n) => place(n + 1)),
      unlisted: { count: 7, volumeMl: 0.2 },
    };
    expect(textOf({ ensemble: many })).toMatch(/And 17 smaller places with 0\.\d\d mL together/);
    expect(textOf({ ensemble: { ...ensemble, disagreements: [] } })).toContain('No engine alone marked');
  });

  it('names each engine with its settings in the provenance, and who marked a candidate', () => {
    const report = sampleReport({
      ensemble,
      plainLook: {
        status: 'done',
        seenMl: 0,
        coveredShare: null,
        missed: [{ ...place(1), dwiRatio: 1, adcRatio: 1, why: '', markedBy: ['lab'] }],
        doubtful: [],
        missedSha256: null,
      },
    });
    const parts = [
      {
        engine: 'lab',
        engineVersion: '1.2.3',
        preset: 'full',
        options: [],
        parameters: { 'sha256 of fold_0.onnx': 'e'.repeat(64) },
        elapsedSeconds: 2,
        maskSha256: 'f'.repeat(64),
      },
    ];
    const whole = { ...report, provenance: { ...report.provenance, parts } };
    const text = JSON.stringify(contentOf({ report: whole, subject: unnamedSubject, images: null }).blocks);
    expect(text).toContain('"Part","value":"lab 1.2.3"');
    expect(text).toContain(`["sha256 of fold_0.onnx","${'e'.repeat(64)}"]`);
    expect(text).toContain(`["Marked by lab","${'f'.repeat(64)}"]`);
    expect(text).toContain('"marked by lab"');
  });
});
