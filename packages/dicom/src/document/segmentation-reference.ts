import { AtollError } from '@atoll/errors/error';
import type { DataSet } from 'dicom-parser';
import { openDataSet } from '../data-set.ts';
import { type Elements, readIdentity } from '../seg/identity.ts';

/** What a document has to repeat of the segmentation that it is about, or to refer to. */
export type SegmentationReference = {
  readonly classUid: string;
  readonly instanceUid: string;
  readonly seriesUid: string;
  readonly seriesNumber: number;
  readonly studyUid: string;
  /** Of the series that was segmented. */
  readonly sourceSeriesUid: string;
  /** By which the one segment is known wherever it is measured. */
  readonly trackingUid: string;
  /** Patient and study; patients' data. */
  readonly identity: Elements;
};

/** Of a patient or a study. Frame of reference and compression are an image's own. */
const ofDocuments = /^(?:0008|0010|0012|0020000D|00200010)/;

/** @throws AtollError DICOM_FILE_UNREADABLE when it is no segmentation that Atoll writes. */
export function readSegmentationReference(bytes: Uint8Array): SegmentationReference {
  try {
    return referenceOf(openDataSet(bytes));
  } catch (thrown) {
    if (thrown instanceof AtollError) throw thrown;
    // Without its cause: the parser's own words may quote what it read.
    throw new AtollError('DICOM_FILE_UNREADABLE');
  }
}

function referenceOf(file: DataSet): SegmentationReference {
  const uid = (dataSet: DataSet | undefined, tag: string): string => {
    const value = dataSet?.string(tag);
    if (!value)
      throw new AtollError('DICOM_FILE_UNREADABLE', 'The DICOM file is no segmentation of Atoll’s.');
    return value;
  };
  const first = (tag: string) => file.elements[tag]?.items?.[0]?.dataSet;
  const identity = readIdentity(file);
  return {
    classUid: uid(file, 'x00080016'),
    instanceUid: uid(file, 'x00080018'),
    seriesUid: uid(file, 'x0020000e'),
    seriesNumber: file.intString('x00200011') ?? 9999,
    studyUid: uid(file, 'x0020000d'),
    sourceSeriesUid: uid(first('x00081115'), 'x0020000e'),
    trackingUid: uid(first('x00620002'), 'x00620021'),
    identity: Object.fromEntries(Object.entries(identity).filter(([tag]) => ofDocuments.test(tag))),
  };
}
