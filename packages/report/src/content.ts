import type { Report } from '@atoll/contract/report';
import { agreementPart } from './agreement-part.ts';
import type { Block, DrawnImages, Fact, Warning } from './document.ts';
import { ensemblePart } from './ensemble-part.ts';
import { lesionPart } from './lesion-part.ts';
import { limitsPart } from './limits-part.ts';
import { locationParts } from './location-part.ts';
import { measuredText, ml } from './number-text.ts';
import { originParts } from './origin-part.ts';
import { type Review, type Standing, standingOf } from './standing.ts';
import type { ReportSubject } from './subject.ts';
import { warningsOf } from './warnings.ts';

/** Everything that a report for people says, computed once for every form of it. */
export type ReportContent = {
  readonly title: string;
  /** What tells this report from others, such as "sub-01 · 2026-03-02"; empty where nothing is known. */
  readonly subject: string;
  readonly standing: Standing;
  /** Research software: on each page. */
  readonly notice: string;
  /** What must be read first, the gravest at the top. */
  readonly warnings: readonly Warning[];
  /** The figures that are asked for first. */
  readonly headline: readonly Fact[];
  readonly blocks: readonly Block[];
  /** ISO 8601; of the result, so that the same result gives the same report. */
  readonly createdAt: string;
};

export type ContentRequest = {
  readonly report: Report;
  readonly subject: ReportSubject;
  /** null where the images are not at hand: the report then says so. */
  readonly images: DrawnImages | null;
  /** What readers made of the engine's own mask, where that is kept beside it. */
  readonly reviews?: readonly Review[] | undefined;
};

export function contentOf({ report, subject, images, reviews }: ContentRequest): ReportContent {
  const { provenance } = report;
  return {
    title: 'Infarct on diffusion MRI',
    subject: [subject.label, subject.studyDate].filter((each) => each !== null).join(' · '),
    standing: standingOf(report, reviews),
    notice: provenance.notice,
    warnings: warningsOf(report),
    headline: headlineOf(report),
    blocks: [
      ...pictureBlocks(images),
      ...lesionPart(report),
      ...ensemblePart(report),
      ...locationParts(report),
      ...agreementPart(report.metrics),
      ...originParts(report, images),
      ...limitsPart(report),
    ],
    createdAt: provenance.createdAt,
  };
}

function headlineOf(report: Report): Fact[] {
  const { volumeMl, lesionCount, lesions, lowAdc, location } = report;
  const bySide = (['left', 'right', 'both'] as const)
    .map((side) => ({
      side: side === 'both' ? 'across the midline' : side,
      volume: lesions.filter((lesion) => lesion.side === side).reduce((sum, each) => sum + each.volumeMl, 0),
    }))
    .filter(({ volume }) => volume > 0)
    .map(({ side, volume }) => `${side} ${ml(volume)}`);
  const where = location?.status === 'located' && lesionCount > 0 ? location.whole.phrase : null;
  return [
    { name: 'Volume of the mask', value: ml(volumeMl) },
    { name: 'Lesions', value: String(lesionCount) },
    { name: 'Side (the patient’s)', value: bySide.length === 0 ? 'nothing marked' : bySide.join(', ') },
    ...(where === null ? [] : [{ name: 'Where, by the atlas', value: where }]),
    {
      name: `Of it with ADC under ${lowAdc === null ? 'a threshold' : measuredText(lowAdc.belowMm2PerS)}`,
      value: lowAdc === null ? 'not measured' : ml(lowAdc.volumeMl),
    },
  ];
}

function pictureBlocks(images: DrawnImages | null): Block[] {
  const heading: Block = { kind: 'heading', text: 'Key images' };
  if (images === null)
    return [
      heading,
      { kind: 'paragraph', text: 'No pictures: the images were not at hand when this report was made.' },
    ];
  return [
    heading,
    { kind: 'pictures', pictures: images.pictures },
    {
      kind: 'paragraph',
      isQuiet: true,
      text: 'From left to right: DWI, ADC, and DWI with the outline of the mask. Axial slices seen from the feet: the patient’s left (L) is on the right. Slices are counted from below; z is the world height of the middle of the slice.',
    },
  ];
}
