/// <reference path="../dcmjs.d.ts" />
import dcmjs from 'dcmjs';
import type { Elements } from './identity.ts';

const { DicomDict, DicomMetaDictionary } = dcmjs.data;
const explicitLittleEndian = '1.2.840.10008.1.2.1';
/** Names this writer to those who look for the cause of a flaw. */
const implementation = '2.25.130906187405264938245069274113265830117';

/**
 * A DICOM file, text in UTF-8.
 * @param dataset attributes by name; Pixel Data is a list of one buffer.
 * @param copied elements of another file, written as they are, however long their text is.
 */
export function encodeDicom(
  { classUid, instanceUid }: { readonly classUid: string; readonly instanceUid: string },
  dataset: Readonly<Record<string, unknown>>,
  copied: Elements,
): Uint8Array<ArrayBuffer> {
  // It quotes what it finds odd.
  dcmjs.log.setLevel('silent', false);
  const file = new DicomDict(
    DicomMetaDictionary.denaturalizeDataset({
      FileMetaInformationVersion: [new Uint8Array([0, 1]).buffer],
      MediaStorageSOPClassUID: classUid,
      MediaStorageSOPInstanceUID: instanceUid,
      TransferSyntaxUID: explicitLittleEndian,
      ImplementationClassUID: implementation,
      ImplementationVersionName: 'ATOLL',
    }),
  );
  file.dict = {
    ...DicomMetaDictionary.denaturalizeDataset({
      ...dataset,
      SpecificCharacterSet: 'ISO_IR 192',
      _vrMap: { PixelData: 'OB', EncapsulatedDocument: 'OB' },
    }),
    ...copied,
  };
  return new Uint8Array(file.write({ allowInvalidVRLength: true }));
}
