import type { Report } from '@atoll/contract/report';
import type { Block, Column } from './document.ts';
import { titlesOf } from './engine-titles.ts';
import { ml } from './number-text.ts';
import { sideText } from './side-text.ts';

type Ensemble = NonNullable<Report['ensemble']>;

/** Beyond these they are only added up: the report's JSON has a hundred. */
const listed = 40;

const rules = {
  majority: 'The mask holds what more than half of the engines mark; a tie is no majority.',
  union: 'The mask holds what any of the engines marks.',
  staple:
    'The mask holds what STAPLE takes for more probable than not, by the sensitivity and specificity that it estimates for each engine near what was marked.',
} as const;

const partColumns: readonly Column[] = [
  { title: 'Engine', share: 34 },
  { title: 'mL', isNumber: true, share: 10 },
  { title: 'Lesions', isNumber: true, share: 10 },
  { title: 'Alone, mL', isNumber: true, share: 12 },
  { title: 'Dice with the mask', isNumber: true, share: 14 },
  { title: 'STAPLE', share: 20 },
];
const placeColumns: readonly Column[] = [
  { title: 'No.', isNumber: true, share: 5 },
  { title: 'Marked by', share: 25 },
  { title: 'mL', isNumber: true, share: 9 },
  { title: 'Side', share: 9 },
  { title: 'Where', share: 27 },
  { title: 'Centre, mm', share: 13 },
  { title: 'Remark', share: 12 },
];

/** How the engines of an ensemble agree, and where one alone marked something; nothing where one made the mask. */
export function ensemblePart({ ensemble, lesions }: Pick<Report, 'ensemble' | 'lesions'>): Block[] {
  if (ensemble === undefined) return [];
  const { rule, parts, dice, votesMl, unlisted, disagreements } = ensemble;
  const titleOf = titlesOf(ensemble);
  const several = votesMl.slice(1, -1).map((volumeMl, at) => ({
    name: `Marked by ${at + 2} of ${parts.length}`,
    value: ml(volumeMl),
  }));
  return [
    { kind: 'heading', text: 'Agreement of the engines' },
    { kind: 'paragraph', text: rules[rule] },
    {
      kind: 'table',
      title: 'What each engine marked by itself.',
      columns: partColumns,
      rows: parts.map(({ title, volumeMl, lesionCount, aloneMl, diceWithMask, sensitivity, specificity }) => [
        title,
        volumeMl.toFixed(2),
        String(lesionCount),
        aloneMl.toFixed(2),
        diceWithMask.toFixed(3),
        sensitivity === null || specificity === null
          ? ''
          : `sens. ${sensitivity.toFixed(3)}, spec. ${specificity.toFixed(3)}`,
      ]),
    },
    {
      kind: 'facts',
      facts: [
        ...dice.map(({ engines, dice: each }) => ({
          name: `Dice of ${titleOf(engines[0])} and ${titleOf(engines[1])}`,
          value: each.toFixed(3),
        })),
        { name: `Marked by all ${parts.length}`, value: ml(votesMl.at(-1) ?? 0) },
        ...several,
        { name: 'Marked by one alone', value: ml(votesMl[0]) },
      ],
    },
    ...voteTable(ensemble, lesions.length),
    ...placeTable(ensemble),
    ...(unlisted.count + Math.max(0, disagreements.length - listed) === 0
      ? []
      : [{ kind: 'paragraph' as const, text: restText(ensemble) }]),
  ];
}

function voteTable(ensemble: Ensemble, lesionCount: number): Block[] {
  const { parts, lesionVotes } = ensemble;
  if (lesionCount === 0) return [];
  return [
    {
      kind: 'table',
      title: 'Votes on each lesion of the mask: the share of it that each engine marks.',
      columns: [
        { title: 'Lesion', isNumber: true, share: 10 },
        { title: 'Votes', share: 14 },
        ...parts.map(({ title }) => ({ title, isNumber: true, share: 76 / parts.length })),
      ],
      rows: lesionVotes
        .slice(0, listed)
        .map(({ lesionId, shares }) => [
          String(lesionId),
          `${shares.filter(({ share }) => share > 0).length} of ${parts.length}`,
          ...shares.map(({ share }) => (share === 0 ? 'not marked' : percentOf(share))),
        ]),
    },
  ];
}

function placeTable(ensemble: Ensemble): Block[] {
  if (ensemble.disagreements.length === 0) {
    return [
      { kind: 'paragraph', text: 'No engine alone marked anything beyond the outline of what others mark.' },
    ];
  }
  const titleOf = titlesOf(ensemble);
  return [
    {
      kind: 'table',
      title: 'Marked by one engine alone, the largest first. Rims of less than 5 mm are left out.',
      columns: placeColumns,
      rows: ensemble.disagreements
        .slice(0, listed)
        .map(({ id, engine, volumeMl, side, place, centroidMm, isApart, isInMask }) => [
          String(id),
          titleOf(engine),
          volumeMl.toFixed(2),
          sideText(side),
          place,
          centroidMm.map((value) => value.toFixed(0).replace('-', '−')).join(', '),
          [isInMask ? 'in the mask' : 'not in the mask', ...(isApart ? [] : ['beyond a shared lesion'])].join(
            '; ',
          ),
        ]),
    },
  ];
}

function restText({ disagreements, unlisted }: Ensemble): string {
  const rest = disagreements.slice(listed);
  const count = rest.length + unlisted.count;
  const together = rest.reduce((sum, { volumeMl }) => sum + volumeMl, unlisted.volumeMl);
  return `And ${count} smaller ${count === 1 ? 'place' : 'places'} with ${ml(together)} together.`;
}

function percentOf(share: number): string {
  return `${share > 0 && share < 0.01 ? '< 1' : Math.round(100 * share)} %`;
}
