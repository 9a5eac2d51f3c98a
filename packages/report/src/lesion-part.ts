import type { Lesion, Report } from '@atoll/contract/report';
import type { Block, Column } from './document.ts';
import { adcNumber, ml } from './number-text.ts';
import { sideText } from './side-text.ts';

/** Lesions beyond this many are only added up: the report's JSON has them all. */
const listed = 60;

const columns: readonly Column[] = [
  { title: 'No.', isNumber: true, share: 5 },
  { title: 'mL', isNumber: true, share: 9 },
  { title: 'Side', share: 9 },
  { title: 'Where', share: 43 },
  { title: 'Mean ADC', isNumber: true, share: 10 },
  { title: 'Lowest ADC', isNumber: true, share: 10 },
  { title: 'Remark', share: 14 },
];

/** The lesions of the mask, and what may be missing from it. */
export function lesionPart({ lesions, plainLook }: Report): Block[] {
  const heading: Block = { kind: 'heading', text: 'Lesions' };
  const look = plainLook?.status === 'done' ? plainLook : null;
  const remarks = new Map(
    look?.doubtful.map(({ lesionId, reason }) => [
      lesionId,
      reason === 'outside-brain' ? 'doubtful: outside the brain' : 'doubtful: no contrast',
    ]),
  );
  const blocks: Block[] =
    lesions.length === 0
      ? [heading, { kind: 'paragraph', text: 'Nothing is marked. An empty mask does not rule out a stroke.' }]
      : [
          heading,
          lesionTable('Lesions of the mask, the largest first. ADC in 10⁻⁶ mm²/s.', lesions, remarks),
        ];
  const rest = lesions.slice(listed);
  if (rest.length > 0) {
    const together = rest.reduce((sum, { volumeMl }) => sum + volumeMl, 0);
    blocks.push({
      kind: 'paragraph',
      text: `And ${rest.length} smaller ones with ${ml(together)} together.`,
    });
  }
  if (look !== null && look.missed.length > 0) {
    const second = new Map(
      look.missed.flatMap(({ id, markedBy }) =>
        markedBy === undefined ? [] : [[id, `marked by ${markedBy.join(', ')}`] as const],
      ),
    );
    blocks.push(
      { kind: 'heading', text: 'Possibly missed' },
      lesionTable(
        `Bright on DWI with a low ADC${second.size === 0 ? '' : ', or marked by an engine'}, and not in the mask: candidates, to be looked at. ADC in 10⁻⁶ mm²/s.`,
        look.missed,
        second,
      ),
    );
  }
  return blocks;
}

function lesionTable(title: string, lesions: readonly Lesion[], remarks: ReadonlyMap<number, string>): Block {
  const rows = lesions
    .slice(0, listed)
    .map(({ id, volumeMl, side, place, territory, meanAdcMm2PerS, minAdcMm2PerS }) => [
      String(id),
      volumeMl.toFixed(2),
      sideText(side),
      territory ?? place,
      adcNumber(meanAdcMm2PerS),
      adcNumber(minAdcMm2PerS),
      remarks.get(id) ?? '',
    ]);
  return { kind: 'table', title, columns, rows };
}
