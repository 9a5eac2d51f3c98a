import { AtollError } from '@atoll/errors/error';
import { isUsable } from '@atoll/volume/affine';
import { dateAndTime } from '../document/moment.ts';
import { encodeDicom } from './encode.ts';
import { frameGroups, infarctSegment, referencedSeries, sharedGroups } from './functional-groups.ts';
import type { Marking } from './placement.ts';
import type { SourceSlice } from './source-slice.ts';
import { chooseVolume, type MarkedSlice } from './source-volume.ts';
import { newUid, type UidOf } from './uid.ts';

const segmentationStorage = '1.2.840.10008.5.1.4.1.1.66.4';

export type SegmentationRequest = {
  /** On the grid of the source's slices, whatever the order of its axes. */
  readonly mask: Marking;
  /** Of one study; all of a series or of several, from which the volume to refer to is chosen. */
  readonly sources: readonly SourceSlice[];
  /** What found it; null where it was drawn by hand. */
  readonly algorithm: { readonly name: string; readonly version: string } | null;
  readonly atollVersion: string;
  /** When it was made; now unless given. */
  readonly madeAt?: Date;
  /** Random ones unless given. */
  readonly uidOf?: UidOf;
};

/**
 * A mask as a DICOM Segmentation (binary, one segment) that refers to the images it was drawn on and belongs to
 * their patient, study and frame of reference. Its frames are the slices on which something is marked, placed by
 * the source's own positions. A frame there must be: an empty mask gives one empty frame, the middle slice, which
 * says that nothing was found.
 * @throws AtollError SEG_SOURCE_MISSING, SEG_SOURCE_AMBIGUOUS, SEG_GRID_DIFFERS, IMAGE_BAD_AFFINE
 */
export function writeSegmentation(request: SegmentationRequest): Uint8Array<ArrayBuffer> {
  const { mask, sources, uidOf = newUid } = request;
  if (!isUsable(mask.affine)) throw new AtollError('IMAGE_BAD_AFFINE');
  const volume = chooseVolume(mask, sources);
  const marked = volume.filter((slice) => slice.marked > 0);
  const frames = marked.length > 0 ? marked : [volume[Math.floor(volume.length / 2)]];
  const sopInstanceUid = uidOf('instance');
  return encodeDicom(
    { classUid: segmentationStorage, instanceUid: sopInstanceUid },
    { ...describe(request, volume), ...contentOf(request, volume, frames), SOPInstanceUID: sopInstanceUid },
    volume[0].slice.identity,
  );
}

/** Series, equipment and instance. */
function describe(
  { madeAt = new Date(), uidOf = newUid, ...request }: SegmentationRequest,
  [{ slice }]: readonly MarkedSlice[],
) {
  const { date, time } = dateAndTime(madeAt);
  const algorithm = algorithmName(request.algorithm);
  return {
    SOPClassUID: segmentationStorage,
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    Modality: 'SEG',
    SeriesInstanceUID: uidOf('series'),
    SeriesNumber: seriesNumber(slice.seriesNumber),
    SeriesDate: date,
    SeriesTime: time,
    SeriesDescription: 'Atoll infarct mask (research only)',
    Manufacturer: 'Atoll',
    ManufacturerModelName: 'Atoll',
    DeviceSerialNumber: request.atollVersion,
    SoftwareVersions: [`Atoll ${request.atollVersion}`, ...(algorithm === null ? [] : [algorithm])],
    InstanceNumber: 1,
    ContentDate: date,
    ContentTime: time,
    ContentLabel: 'INFARCT',
    ContentDescription: 'Infarct mask; research only',
    // No person made it.
    ContentCreatorName: null,
  };
}

/** The image: pixels, frames, the segment, the references. */
function contentOf(
  { algorithm, mask, uidOf = newUid }: SegmentationRequest,
  volume: readonly MarkedSlice[],
  frames: readonly MarkedSlice[],
) {
  const dimensions = uidOf('dimensions');
  return {
    ImageType: ['DERIVED', 'PRIMARY'],
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    PixelRepresentation: 0,
    Rows: frames[0].slice.rows,
    Columns: frames[0].slice.columns,
    BitsAllocated: 1,
    BitsStored: 1,
    HighBit: 0,
    NumberOfFrames: frames.length,
    SegmentationType: 'BINARY',
    SegmentsOverlap: 'NO',
    SegmentSequence: [infarctSegment(algorithmName(algorithm), uidOf('tracking'))],
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: dimensions }],
    DimensionIndexSequence: [
      // Tags as numbers: Referenced Segment Number in its sequence, Image Position in its.
      dimension(dimensions, 0x0062000b, 0x0062000a, 'Segment'),
      dimension(dimensions, 0x00200032, 0x00209113, 'Position'),
    ],
    SharedFunctionalGroupsSequence: [sharedGroups(frames[0], mask)],
    PerFrameFunctionalGroupsSequence: frames.map((frame, at) => frameGroups(frame, at + 1)),
    ReferencedSeriesSequence: referencedSeries(volume),
    PixelData: [packBits(frames.map(({ pixels }) => pixels))],
  };
}

/** In at most as many characters as a Long String takes. */
function algorithmName(algorithm: SegmentationRequest['algorithm']): string | null {
  return algorithm === null ? null : `${algorithm.name} ${algorithm.version}`.slice(0, 64);
}

function dimension(organization: string, pointer: number, group: number, label: string) {
  return {
    DimensionOrganizationUID: organization,
    DimensionIndexPointer: pointer,
    FunctionalGroupPointer: group,
    DimensionDescriptionLabel: label,
  };
}

/** Eight pixels a byte, the first in the lowest bit; frames follow one another without a gap (PS3.5 8.1.1). */
function packBits(frames: readonly Uint8Array[]): ArrayBuffer {
  const bits = frames.reduce((sum, { length }) => sum + length, 0);
  const packed = new Uint8Array(2 * Math.ceil(bits / 16));
  let at = 0;
  for (const frame of frames) for (const pixel of frame) packed[at >> 3] |= pixel << (at++ & 7);
  return packed.buffer;
}

/** Behind the source's in lists that are sorted by number, and unlike those that scanners give. */
function seriesNumber(source: number | null): number {
  return source !== null && source >= 0 && source < 10_000_000 ? source * 100 + 99 : 9999;
}
