import type { RegionShare, ScoreEstimate } from '@atoll/contract/location';
import type { Report } from '@atoll/contract/report';
import type { Block, Column } from './document.ts';
import { percent } from './number-text.ts';

/** Regions with less of the lesion than this are left to the report's JSON. */
const leastPercent = 1;
const listed = 16;

const regionColumns: readonly Column[] = [
  { title: 'Region', share: 52 },
  { title: 'Side', share: 12 },
  { title: 'mL', isNumber: true, share: 12 },
  { title: 'Of the region', isNumber: true, share: 12 },
  { title: 'Of the mask', isNumber: true, share: 12 },
];

const scoreColumns: readonly Column[] = [
  { title: 'Region', share: 40 },
  { title: 'Side', share: 12 },
  { title: 'mL', isNumber: true, share: 12 },
  { title: 'Of the region', isNumber: true, share: 16 },
  { title: 'Counts', share: 20 },
];

/** Where the lesions lie by the atlas, with estimates of ASPECTS; or why it is not said. */
export function locationParts({ location, lesionCount }: Report): Block[] {
  if (location === undefined) return [];
  const heading: Block = { kind: 'heading', text: 'Where, by the atlas' };
  if ('sentence' in location) return [heading, { kind: 'paragraph', text: location.sentence }];
  if (location.status === 'poor-fit') return [heading, { kind: 'paragraph', text: location.fit.sentence }];
  const { fit, whole, aspects, pcAspects, cutoff } = location;
  const fitted: Block = {
    kind: 'paragraph',
    isQuiet: true,
    text: `${fit.sentence} Fit: ${fit.verdict}; the outlines agree by a Dice of ${fit.outlineDice.toFixed(2)}.`,
  };
  if (lesionCount === 0) return [heading, fitted];
  const outside =
    whole.outsideMl > 0.005
      ? [`${whole.outsideMl.toFixed(2)} mL lie further than 6 mm from any territory of the atlas.`]
      : [];
  return [
    heading,
    fitted,
    regionTable('Arterial territories', whole.territories),
    regionTable('Lobes and deep structures', whole.structures),
    ...outside.map((text): Block => ({ kind: 'paragraph', isQuiet: true, text })),
    { kind: 'heading', text: 'ASPECTS, atlas estimate' },
    {
      kind: 'facts',
      facts: [
        { name: 'ASPECTS, left', value: scoreText(aspects.left) },
        { name: 'ASPECTS, right', value: scoreText(aspects.right) },
        { name: 'PC-ASPECTS', value: scoreText(pcAspects) },
      ],
    },
    {
      kind: 'paragraph',
      text: `Estimated by overlap with the atlas, not read by anybody. A region counts when ${cutoff.percentOfRegion} % of it or ${cutoff.volumeMl} mL of it are marked. ASPECTS is defined for an infarct of one MCA, PC-ASPECTS for posterior strokes.`,
    },
    ...scoreTable('Regions of ASPECTS with anything marked', [
      ...aspects.left.regions,
      ...aspects.right.regions,
    ]),
    ...scoreTable('Regions of PC-ASPECTS with anything marked', pcAspects.regions),
  ];
}

function scoreText({ score }: ScoreEstimate): string {
  return `${score} of 10, atlas estimate`;
}

function regionTable(title: string, regions: readonly RegionShare[]): Block {
  const shown = regions.filter(({ percentOfLesion }) => percentOfLesion >= leastPercent).slice(0, listed);
  const rows = shown.map(({ name, side, volumeMl, percentOfRegion, percentOfLesion }) => [
    name,
    side,
    volumeMl.toFixed(2),
    percent(percentOfRegion),
    percent(percentOfLesion),
  ]);
  return { kind: 'table', title, columns: regionColumns, rows };
}

function scoreTable(title: string, regions: ScoreEstimate['regions']): Block[] {
  const rows = regions
    .filter(({ volumeMl }) => volumeMl > 0)
    .map(({ name, side, volumeMl, percentOfRegion, affected, points }) => [
      name,
      side,
      volumeMl.toFixed(2),
      percent(percentOfRegion),
      affected ? `yes: ${points} off` : 'no',
    ]);
  return rows.length === 0 ? [] : [{ kind: 'table', title, columns: scoreColumns, rows }];
}
