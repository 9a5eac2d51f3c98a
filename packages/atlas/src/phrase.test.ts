import { describe, expect, it } from 'vitest';
import type { RegionShare } from './location.ts';
import { placeInWords } from './phrase.ts';
import type { RegionSide } from './regions.ts';

function share(side: RegionSide, group: string, percentOfLesion: number, name = group): RegionShare {
  return { name, side, group, volumeMl: 1, regionMl: 10, percentOfRegion: 10, percentOfLesion };
}

describe('a place in words', () => {
  it('names the artery with its side, then the parts without it', () => {
    expect(
      placeInWords(
        [share('left', 'MCA', 100)],
        [share('left', 'insula', 60), share('left', 'lentiform', 40)],
      ),
    ).toBe('left MCA, insula and lentiform');
  });

  it('adds up the parts of an artery', () => {
    const territories = [
      share('left', 'PCA', 40, 'PCA, occipital part'),
      share('left', 'MCA', 35, 'MCA, insular part'),
      share('left', 'MCA', 25, 'MCA, frontal part'),
    ];
    expect(placeInWords(territories, [])).toBe('left MCA and left PCA');
  });

  it('is not sure of what holds less than a twentieth, and silent on less than a hundredth', () => {
    const territories = [share('right', 'MCA', 96), share('right', 'ACA', 3.5), share('right', 'PCA', 0.5)];
    expect(
      placeInWords(territories, [share('right', 'insula', 97), share('right', 'temporal lobe', 3)]),
    ).toBe('right MCA, insula, and possibly right ACA');
  });

  it('names both sides at once, the larger first', () => {
    const territories = [share('right', 'MCA', 70), share('left', 'PCA', 20), share('left', 'MCA', 10)];
    expect(placeInWords(territories, [])).toBe('right and left MCA and left PCA');
  });

  it('says the side of each part where the arteries have two', () => {
    const territories = [share('left', 'ACA', 60), share('right', 'ACA', 40)];
    expect(
      placeInWords(territories, [share('left', 'frontal lobe', 60), share('right', 'frontal lobe', 40)]),
    ).toBe('left and right ACA, left and right frontal lobe');
  });

  it('gives the pons no side of its own', () => {
    expect(placeInWords([share('left', 'vertebrobasilar', 100)], [share('midline', 'pons', 100)])).toBe(
      'left vertebrobasilar, pons',
    );
  });

  it('says so when there is nothing to name', () => {
    expect(placeInWords([], [])).toBe('outside the atlas');
  });
});
