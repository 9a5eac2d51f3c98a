import { spacingMm } from '@atoll/volume/affine';
import type { Grid } from '@atoll/volume/volume';
import { dicomCode, snomedCode } from './code.ts';
import type { MarkedSlice } from './source-volume.ts';

/** What holds for every frame: orientation, size of a pixel, the one segment. */
export function sharedGroups({ slice, placement }: MarkedSlice, grid: Grid) {
  const spacing = decimal(spacingMm(grid.affine)[placement.across]);
  return {
    PlaneOrientationSequence: [{ ImageOrientationPatient: slice.orientation }],
    PixelMeasuresSequence: [
      {
        PixelSpacing: slice.pixelSpacing,
        SliceThickness: slice.sliceThickness ?? spacing,
        SpacingBetweenSlices: spacing,
      },
    ],
    SegmentIdentificationSequence: [{ ReferencedSegmentNumber: 1 }],
  };
}

/** Where one frame lies, and which image it was drawn on. @param position its rank along the normal, from 1. */
export function frameGroups({ slice }: MarkedSlice, position: number) {
  return {
    FrameContentSequence: [{ DimensionIndexValues: [1, position] }],
    PlanePositionSequence: [{ ImagePositionPatient: slice.position }],
    DerivationImageSequence: [
      {
        DerivationCodeSequence: [dicomCode('113076', 'Segmentation')],
        SourceImageSequence: [
          {
            ...instanceReference(slice),
            ...(slice.frameNumber === null ? {} : { ReferencedFrameNumber: slice.frameNumber }),
            SpatialLocationsPreserved: 'YES',
            PurposeOfReferenceCodeSequence: [
              dicomCode('121322', 'Source image for image processing operation'),
            ],
          },
        ],
      },
    ],
  };
}

/** The series that was segmented: every instance of the volume once, also those on which nothing is marked. */
export function referencedSeries(volume: readonly MarkedSlice[]) {
  const instances = new Map(volume.map(({ slice }) => [slice.sopInstanceUid, instanceReference(slice)]));
  return [
    {
      SeriesInstanceUID: volume[0].slice.seriesUid,
      ReferencedInstanceSequence: [...instances.values()],
    },
  ];
}

function instanceReference({ sopClassUid, sopInstanceUid }: MarkedSlice['slice']) {
  return { ReferencedSOPClassUID: sopClassUid, ReferencedSOPInstanceUID: sopInstanceUid };
}

/** The one segment. @param algorithm of at most 64 characters; null where a hand drew it. */
export function infarctSegment(algorithm: string | null, trackingUid: string) {
  return {
    SegmentNumber: 1,
    SegmentLabel: 'Infarct',
    SegmentDescription: `${algorithm === null ? 'Drawn by hand.' : 'Found by an algorithm.'} Research only: to be checked by a qualified reader.`,
    ...(algorithm === null
      ? { SegmentAlgorithmType: 'MANUAL' }
      : { SegmentAlgorithmType: 'AUTOMATIC', SegmentAlgorithmName: algorithm }),
    SegmentedPropertyCategoryCodeSequence: [snomedCode('49755003', 'Morphologically Abnormal Structure')],
    SegmentedPropertyTypeCodeSequence: [snomedCode('55641003', 'Infarct')],
    AnatomicRegionSequence: [snomedCode('12738006', 'Brain')],
    TrackingID: 'Infarct',
    TrackingUID: trackingUid,
    // The warm orange of the page, #ff9f1c, in CIELab as DICOM scales it to 16 bits (PS3.3 C.10.7.1.1).
    RecommendedDisplayCIELabValue: [48694, 40787, 51957],
  };
}

/** Millimetres as a Decimal String, which takes 16 characters. */
function decimal(mm: number): string {
  return String(Number(mm.toPrecision(10)));
}
