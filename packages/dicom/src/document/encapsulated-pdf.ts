import { dicomCode } from '../seg/code.ts';
import { encodeDicom } from '../seg/encode.ts';
import { newUid, type UidOf } from '../seg/uid.ts';
import { documentHeader } from './document-header.ts';
import { readSegmentationReference } from './segmentation-reference.ts';

const encapsulatedPdf = '1.2.840.10008.5.1.4.1.1.104.1';

/**
 * A report as a PDF in a DICOM file, of the patient and the study of the segmentation that it is about.
 * @param namesSubject whether the pages name the patient or a pseudonym.
 * @throws AtollError DICOM_FILE_UNREADABLE when the segmentation is none of Atoll's.
 */
export function writeEncapsulatedPdf({
  pdf,
  segmentation,
  namesSubject,
  atollVersion,
  madeAt = new Date(),
  uidOf = newUid,
}: {
  readonly pdf: Uint8Array;
  readonly segmentation: Uint8Array;
  readonly namesSubject: boolean;
  readonly atollVersion: string;
  readonly madeAt?: Date;
  readonly uidOf?: UidOf;
}): Uint8Array<ArrayBuffer> {
  const about = readSegmentationReference(segmentation);
  const instanceUid = uidOf('instance');
  // Values have an even length.
  const document = new Uint8Array(pdf.length + (pdf.length % 2));
  document.set(pdf);
  const title = 'Infarct on diffusion MRI (research only)';
  return encodeDicom(
    { classUid: encapsulatedPdf, instanceUid },
    {
      ...documentHeader(about, {
        classUid: encapsulatedPdf,
        instanceUid,
        seriesUid: uidOf('series'),
        modality: 'DOC',
        description: 'Atoll infarct report (research only)',
        atollVersion,
        madeAt,
        seriesStep: 2,
      }),
      ConversionType: 'WSD',
      AcquisitionDateTime: null,
      BurnedInAnnotation: namesSubject ? 'YES' : 'NO',
      SourceInstanceSequence: [
        { ReferencedSOPClassUID: about.classUid, ReferencedSOPInstanceUID: about.instanceUid },
      ],
      DocumentTitle: title,
      VerificationFlag: 'UNVERIFIED',
      ConceptNameCodeSequence: [dicomCode('126000', 'Imaging Measurement Report')],
      MIMETypeOfEncapsulatedDocument: 'application/pdf',
      EncapsulatedDocumentLength: pdf.length,
      EncapsulatedDocument: [document.buffer],
    },
    about.identity,
  );
}
