import type { RegionShare } from './location.ts';
import type { RegionSide } from './regions.ts';

/** Of a lesion: less than this is only "possibly" in a region, and still less is not spoken of. */
const surePercent = 5;
const leastPercent = 1;
const mostStructures = 4;
const mostPossible = 2;

/** A place as it is spoken of: the arteries, then lobes and deep structures, largest first. */
export function placeInWords(
  territories: readonly RegionShare[],
  structures: readonly RegionShare[],
): string {
  const arteries = summed(territories, ({ group }) => group);
  const parts = summed(structures, ({ name }) => name);
  const sureArteries = arteries.filter(({ percent }) => percent >= surePercent);
  const sureParts = parts.filter(({ percent }) => percent >= surePercent).slice(0, mostStructures);
  if (sureArteries.length === 0 && sureParts.length === 0) return 'outside the atlas';
  const possible = arteries
    .filter(({ percent }) => percent < surePercent && percent >= leastPercent)
    .slice(0, mostPossible);
  const sides = new Set(sureArteries.map(({ side }) => side));
  // Where the artery has said the side, the parts need not.
  const said = sides.size === 1 ? [...sides][0] : null;
  const words = [list(named(sureArteries, null)), list(named(sureParts, said))].filter((part) => part !== '');
  if (possible.length > 0) words.push(`and possibly ${list(named(possible, null))}`);
  return words.join(', ');
}

type Named = { readonly what: string; readonly side: RegionSide; readonly percent: number };

/** Shares of the same name and side together, largest first. */
function summed(shares: readonly RegionShare[], nameOf: (share: RegionShare) => string): Named[] {
  const sums = new Map<string, Named>();
  for (const share of shares) {
    const [what, { side }] = [nameOf(share), share];
    const percent = (sums.get(`${side} ${what}`)?.percent ?? 0) + share.percentOfLesion;
    sums.set(`${side} ${what}`, { what, side, percent });
  }
  return [...sums.values()].sort((one, other) => other.percent - one.percent);
}

/** Each once, with its sides in their order: "left and right ACA". @param said side that need not be named. */
function named(items: readonly Named[], said: RegionSide | null): string[] {
  const sides = new Map<string, RegionSide[]>();
  for (const { what, side } of items) sides.set(what, [...(sides.get(what) ?? []), side]);
  return [...sides].map(([what, [first, second]]) => {
    if (second !== undefined) return `${first} and ${second} ${what}`;
    return first === said ? what : sided(first, what);
  });
}

function sided(side: RegionSide, what: string): string {
  return side === 'midline' ? what : `${side} ${what}`;
}

function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
