import type { Lesion, Report } from '@atoll/contract/report';
import { writeEncapsulatedPdf } from '@atoll/dicom/document/encapsulated-pdf';
import type { UidOf } from '@atoll/dicom/seg/uid';
import {
  type MeasuredRegion,
  type MeasuredSite,
  writeMeasurementReport,
} from '@atoll/dicom/sr/measurement-report';
import { dicomPdfFileName, measurementsFileName } from './file-names.ts';
import { sideText } from './side-text.ts';
import { standingOf } from './standing.ts';
import type { ReportSubject } from './subject.ts';

/** Structures with less of a lesion than this are no finding site. */
const leastPercent = 5;

/**
 * A result as DICOM documents beside its segmentation: the measurements as a structured report (TID 1500), and the PDF
 * where there is one.
 * @param segmentation the DICOM segmentation of the mask.
 * @throws AtollError DICOM_FILE_UNREADABLE
 */
export function dicomDocuments({
  report,
  subject,
  segmentation,
  pdf,
  again,
}: {
  readonly report: Report;
  readonly subject: ReportSubject;
  readonly segmentation: Uint8Array;
  readonly pdf: Uint8Array | null;
  /** For whoever may have to write the same documents again: when they were made, and the UIDs of each file. */
  readonly again?: { readonly madeAt: Date; readonly uidsOf: (file: string) => UidOf };
}): Map<string, Uint8Array<ArrayBuffer>> {
  const { engine, engineVersion, atollVersion, notice } = report.provenance;
  const { title, sentence } = standingOf(report);
  const sameOf = (file: string) =>
    again === undefined ? {} : { madeAt: again.madeAt, uidOf: again.uidsOf(file) };
  const files = new Map([
    [
      measurementsFileName,
      writeMeasurementReport({
        segmentation,
        ...measurementsOf(report),
        algorithm: { name: engine, version: engineVersion },
        atollVersion,
        remark: `${title}: ${sentence} ${notice}`,
        ...sameOf(measurementsFileName),
      }),
    ],
  ]);
  if (pdf !== null) {
    const namesSubject = subject.label !== null;
    files.set(
      dicomPdfFileName,
      writeEncapsulatedPdf({ pdf, segmentation, namesSubject, atollVersion, ...sameOf(dicomPdfFileName) }),
    );
  }
  return files;
}

function measurementsOf({ volumeMl, lesions, location }: Report) {
  const located = location?.status === 'located' ? location : null;
  return {
    mask: {
      volumeMl,
      ...adcOfAll(lesions),
      sites: located === null ? [] : sitesOf(located.whole),
      place: located?.whole.phrase ?? 'the whole mask',
    },
    lesions: lesions.map(
      ({ id, volumeMl: each, meanAdcMm2PerS, minAdcMm2PerS, side, place, territory }): MeasuredRegion => {
        const at = located?.lesions.find((lesion) => lesion.id === id);
        const inWords = territory ?? `${sideText(side)}, ${place}`;
        return {
          volumeMl: each,
          meanAdcMm2PerS,
          minAdcMm2PerS,
          sites: at === undefined ? [] : sitesOf(at),
          place: inWords,
        };
      },
    ),
  };
}

/** Of the lesions together: null where one of them has none. */
function adcOfAll(lesions: readonly Lesion[]) {
  let [sum, volume, least] = [0, 0, Number.POSITIVE_INFINITY];
  for (const { volumeMl, meanAdcMm2PerS, minAdcMm2PerS } of lesions) {
    if (meanAdcMm2PerS === null || minAdcMm2PerS === null)
      return { meanAdcMm2PerS: null, minAdcMm2PerS: null };
    sum += meanAdcMm2PerS * volumeMl;
    volume += volumeMl;
    least = Math.min(least, minAdcMm2PerS);
  }
  return volume === 0
    ? { meanAdcMm2PerS: null, minAdcMm2PerS: null }
    : { meanAdcMm2PerS: sum / volume, minAdcMm2PerS: least };
}

type Placed = {
  readonly structures: readonly {
    readonly name: string;
    readonly side: MeasuredSite['side'];
    readonly percentOfLesion: number;
  }[];
};

function sitesOf({ structures }: Placed): MeasuredSite[] {
  return structures
    .filter(({ percentOfLesion }) => percentOfLesion >= leastPercent)
    .map(({ name, side }) => ({ structure: name, side }));
}
