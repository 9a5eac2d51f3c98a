import type { Metrics } from '@atoll/contract/report';
import type { Block } from './document.ts';
import { ml } from './number-text.ts';

/** Agreement with a reference mask; nothing where there is none. */
export function agreementPart(metrics: Metrics): Block[] {
  if (metrics.status === 'no-reference') return [];
  const heading: Block = { kind: 'heading', text: 'Agreement with the reference mask' };
  if (metrics.status === 'not-computable') return [heading, { kind: 'paragraph', text: metrics.reason }];
  const number = (value: number | null, unit = '') =>
    value === null ? 'not computed' : `${value.toFixed(3)}${unit}`;
  return [
    heading,
    {
      kind: 'facts',
      facts: [
        { name: 'Dice', value: number(metrics.dice) },
        { name: 'Lesion-wise F1', value: number(metrics.lesionF1) },
        { name: 'Sensitivity', value: number(metrics.sensitivity) },
        { name: 'Precision', value: number(metrics.precision) },
        { name: 'Volume of the mask', value: ml(metrics.predictionVolumeMl) },
        { name: 'Volume of the reference', value: ml(metrics.referenceVolumeMl) },
        { name: 'Lesions in the mask', value: String(metrics.predictionLesionCount) },
        { name: 'Lesions in the reference', value: String(metrics.referenceLesionCount) },
        { name: '95 % Hausdorff distance', value: number(metrics.hausdorff95Mm, ' mm') },
        { name: 'Average surface distance', value: number(metrics.averageSurfaceDistanceMm, ' mm') },
      ],
    },
    ...metrics.notes.map((text): Block => ({ kind: 'paragraph', text })),
  ];
}
