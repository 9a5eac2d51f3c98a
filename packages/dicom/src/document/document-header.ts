import { dateAndTime } from './moment.ts';
import type { SegmentationReference } from './segmentation-reference.ts';

/** Series, equipment and instance of a document about a segmentation, in a series of its own. */
export function documentHeader(
  about: SegmentationReference,
  {
    classUid,
    instanceUid,
    seriesUid,
    modality,
    description,
    atollVersion,
    madeAt,
    /** Behind the segmentation's series. */
    seriesStep,
  }: {
    readonly classUid: string;
    readonly instanceUid: string;
    readonly seriesUid: string;
    readonly modality: 'SR' | 'DOC';
    readonly description: string;
    readonly atollVersion: string;
    readonly madeAt: Date;
    readonly seriesStep: number;
  },
) {
  const { date, time } = dateAndTime(madeAt);
  return {
    SOPClassUID: classUid,
    SOPInstanceUID: instanceUid,
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    Modality: modality,
    SeriesInstanceUID: seriesUid,
    SeriesNumber: about.seriesNumber + seriesStep,
    SeriesDate: date,
    SeriesTime: time,
    SeriesDescription: description,
    Manufacturer: 'Atoll',
    ManufacturerModelName: 'Atoll',
    DeviceSerialNumber: atollVersion,
    SoftwareVersions: `Atoll ${atollVersion}`,
    InstanceNumber: 1,
    ContentDate: date,
    ContentTime: time,
  };
}
