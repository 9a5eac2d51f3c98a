import type { DataSet } from 'dicom-parser';
import { openDataSet, pixelDataTag } from './data-set.ts';

/** SOP classes that hold no picture of a patient, by the beginnings of their UIDs. */
const classes: readonly (readonly [uid: string, words: string])[] = [
  ['1.2.840.10008.5.1.4.1.1.4.2', 'It is MR spectroscopy, which contains spectra and no image.'],
  ['1.2.840.10008.5.1.4.1.1.66.4', 'It is a DICOM segmentation, derived from other images.'],
  ['1.2.840.10008.5.1.4.1.1.66', 'It is raw data or a registration object, not an image.'],
  ['1.2.840.10008.5.1.4.1.1.88', 'It is a structured report, not an image.'],
  ['1.2.840.10008.5.1.4.1.1.104', 'It is an encapsulated document, not an image.'],
  ['1.2.840.10008.5.1.4.1.1.11', 'It is a presentation state, not an image.'],
  ['1.2.840.10008.1.3.10', 'It is a DICOMDIR (directory of a disc), not an image.'],
];

/**
 * What a DICOM file is that shows no image, in a sentence; null where that cannot be said.
 * @param bytes all of the file, or its start.
 * @param isWhole nothing follows these bytes.
 */
export function nonImageWords(bytes: Uint8Array, isWhole: boolean): string | null {
  let dataSet: DataSet;
  try {
    dataSet = openDataSet(bytes);
  } catch {
    return null;
  }
  const uid = dataSet.string('x00080016') ?? dataSet.string('x00020002') ?? '';
  const known = classes.find(([prefix]) => uid === prefix || uid.startsWith(`${prefix}.`));
  if (known !== undefined) return known[1];
  const hasPixels = dataSet.elements[pixelDataTag] !== undefined;
  return isWhole && !hasPixels ? 'It is a DICOM header without pixel data.' : null;
}
