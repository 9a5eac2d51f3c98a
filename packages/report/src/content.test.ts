import type { Verdict } from '@atoll/contract/report';
import { describe, expect, it } from 'vitest';
import { sampleImages, sampleReport } from '../test/sample-report.ts';
import { contentOf } from './content.ts';
import type { Block } from './document.ts';
import { drawImages } from './pictures.ts';
import { unnamedSubject } from './subject.ts';

const contentWith = (change: Parameters<typeof sampleReport>[0]) =>
  contentOf({ report: sampleReport(change), subject: unnamedSubject, images: null });

const tablesOf = (blocks: readonly Block[]) =>
  blocks.flatMap((block) => (block.kind === 'table' ? [block] : []));
const paragraphsOf = (blocks: readonly Block[]) =>
  blocks.flatMap((block) => (block.kind === 'paragraph' ? [block.text] : []));

describe('the content of a report', () => {
  it('says that nobody has reviewed the mask until somebody accepted it', () => {
    const same = { addedVoxels: 0, removedVoxels: 0, addedMl: 0, removedMl: 0, dice: 1 };
    const by = (verdict: Verdict) => ({
      revision: {
        ...{ of: null, number: 1, parent: 0, author: 'R. Reader', note: 'as seen', verdict },
        ...{ createdAt: '2026-03-03T08:00:00.000Z', maskSha256: '1'.repeat(64) },
        ...{ sinceParent: same, sinceEngine: same },
      },
    });
    expect(contentWith({}).standing.title).toBe('Not reviewed');
    expect(contentWith(by('corrected')).standing.title).toContain('not yet accepted');
    expect(contentWith(by('rejected')).standing.sentence).toContain('Do not use it');
    const { title, sentence } = contentWith(by('accepted')).standing;
    expect(title).toBe('Accepted');
    expect(sentence).toContain('R. Reader, 2026-03-03 08:00 UTC');
    expect(sentence).toContain('as seen');
  });

  it('has the gravest warning first', () => {
    const { warnings } = contentWith({
      warnings: [
        { code: 'A', severity: 'info', message: 'small' },
        { code: 'B', severity: 'serious', message: 'grave' },
        { code: 'C', severity: 'caution', message: 'middle' },
      ],
    });
    expect(warnings.map(({ message }) => message)).toEqual(['grave', 'middle', 'small']);
  });

  it('gives the volume, the sides and the volume under a stated threshold of ADC', () => {
    const { headline } = contentWith({ lesionCount: 2 });
    expect(headline.map(({ value }) => value)).toEqual([
      '30.0 mL',
      '2',
      'left 20.0 mL, right 10.0 mL',
      '12.3 mL',
    ]);
    expect(headline.at(-1)?.name).toContain('620 · 10⁻⁶ mm²/s');
    expect(contentWith({ lowAdc: null }).headline.at(-1)?.value).toBe('not measured');
  });

  it('lists every lesion up to sixty and adds up the rest', () => {
    const forty = contentWith({ lesionCount: 40 }).blocks;
    expect(tablesOf(forty)[0].rows).toHaveLength(40);
    const seventy = contentWith({ lesionCount: 70 }).blocks;
    expect(tablesOf(seventy)[0].rows).toHaveLength(60);
    expect(paragraphsOf(seventy).join()).toContain('10 smaller ones');
    expect(paragraphsOf(contentWith({ lesionCount: 0 }).blocks).join()).toContain('Nothing is marked');
  });

  it('says which images were used, and that there was no FLAIR', () => {
    const facts = contentWith({}).blocks.flatMap((block) => (block.kind === 'facts' ? block.facts : []));
    expect(facts).toContainEqual({ name: 'Used', value: 'DWI, ADC' });
    expect(facts).toContainEqual({ name: 'FLAIR', value: 'none given' });
  });

  it('says so where the images are not at hand', () => {
    expect(paragraphsOf(contentWith({}).blocks)[0]).toContain('No pictures');
  });
});

describe('the pictures of a report', () => {
  it('are of slices with something marked, and say where those lie', () => {
    const { pictures, acquisition } = drawImages({ ...sampleImages(), flair: null }, sampleReport());
    expect(pictures.length).toBeGreaterThan(2);
    expect(pictures[0].caption).toMatch(/^Slice \d+ of 16, z = −?\d+ mm, \d\.\d\d mL marked$/);
    expect(acquisition[0]).toEqual({
      name: 'DWI grid',
      value: '32 × 40 × 16 voxels of 5 × 5 × 6 mm, axes LAS',
    });
  });

  it('are of the middle of the head where nothing is marked', () => {
    const { dwi, adc, mask } = sampleImages();
    const empty = { ...mask, data: new Uint8Array(mask.data.length) };
    const { pictures } = drawImages({ dwi, adc, mask: empty, flair: null }, sampleReport({ lesionCount: 0 }));
    expect(pictures.map(({ caption }) => caption)).toHaveLength(3);
    expect(pictures[0].caption).toContain('nothing marked');
  });
});
