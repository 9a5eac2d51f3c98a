import type { EnsembleReport } from '@atoll/engines/report';
import { sideText } from './side-text.ts';

/** Disagreements beyond this many are only counted: the report has them. */
const listedPlaces = 5;

/** How the engines of an ensemble agree, in lines for a terminal; none where one engine made the mask. */
export function describeEnsemble(ensemble: EnsembleReport | undefined): string[] {
  if (ensemble === undefined) return [];
  const { rule, parts, dice, votesMl, disagreements, unlisted } = ensemble;
  const places = disagreements.length + unlisted.count;
  return [
    `Joined by ${rule === 'staple' ? 'STAPLE' : rule}:`,
    ...parts.map(
      ({ engine, volumeMl, lesionCount, diceWithMask }) =>
        `  ${engine}: ${ml(volumeMl)} in ${lesionCount} ${lesionCount === 1 ? 'lesion' : 'lesions'}, Dice with the joined mask ${diceWithMask.toFixed(3)}`,
    ),
    ...dice.map(({ engines, dice: each }) => `  Dice of ${engines.join(' and ')}: ${each.toFixed(3)}`),
    `  Marked by all ${ml(votesMl.at(-1) ?? 0)}, by one alone ${ml(votesMl[0])}`,
    ...(places === 0 ? [] : [`  Places that one alone marked: ${places}`]),
    ...disagreements
      .slice(0, listedPlaces)
      .map(
        ({ engine, volumeMl, side, place, focusMm, isInMask }) =>
          `  ${ml(volumeMl).padStart(12)}  ${engine}: ${sideText(side)}, ${place}, at ${focusMm.map((value) => value.toFixed(0)).join(', ')} mm${isInMask ? '' : ', not in the mask'}`,
      ),
    ...(places > listedPlaces ? [`  … and ${places - listedPlaces} smaller ones`] : []),
  ];
}

function ml(value: number): string {
  return `${value.toFixed(2)} mL`;
}
