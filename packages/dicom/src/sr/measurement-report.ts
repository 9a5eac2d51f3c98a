import { documentHeader } from '../document/document-header.ts';
import { readSegmentationReference, type SegmentationReference } from '../document/segmentation-reference.ts';
import { dicomCode, languageCode, loincCode, snomedCode, unitCode } from '../seg/code.ts';
import { encodeDicom } from '../seg/encode.ts';
import { newUid, type UidOf } from '../seg/uid.ts';
import {
  type ContentItem,
  codeItem,
  containerItem,
  numberItem,
  segmentItem,
  textItem,
  uidItem,
} from './content-item.ts';
import { brain, sideCode, siteCode } from './finding-site.ts';

const comprehensiveSr = '1.2.840.10008.5.1.4.1.1.88.33';

/** A structure by the atlas' name. */
export type MeasuredSite = { readonly structure: string; readonly side: 'left' | 'right' | 'midline' };

/** What was measured of the mask or of one of its lesions. */
export type MeasuredRegion = {
  readonly volumeMl: number;
  readonly meanAdcMm2PerS: number | null;
  readonly minAdcMm2PerS: number | null;
  /** Largest first; empty where no atlas says it. */
  readonly sites: readonly MeasuredSite[];
  /** Where it lies, in words. */
  readonly place: string;
};

export type MeasurementRequest = {
  /** The DICOM segmentation of the mask, as {@link writeSegmentation} gives it. */
  readonly segmentation: Uint8Array;
  readonly mask: MeasuredRegion;
  /** Largest first. */
  readonly lesions: readonly MeasuredRegion[];
  readonly algorithm: { readonly name: string; readonly version: string };
  readonly atollVersion: string;
  /** Whether somebody stands behind the mask, and that it is research. */
  readonly remark: string;
  /** When it was made; now unless given. */
  readonly madeAt?: Date;
  /** Random ones unless given. */
  readonly uidOf?: UidOf;
};

/**
 * The measurements of a mask as a DICOM Structured Report by template TID 1500: the mask as a whole with the number of
 * its lesions, and each lesion, as volumetric regions (TID 1411) that refer to the segmentation's segment. It belongs to
 * the patient and the study of the segmentation.
 * @throws AtollError DICOM_FILE_UNREADABLE when that is none of Atoll's.
 */
export function writeMeasurementReport(request: MeasurementRequest): Uint8Array<ArrayBuffer> {
  const { madeAt = new Date(), uidOf = newUid, atollVersion } = request;
  const about = readSegmentationReference(request.segmentation);
  const instanceUid = uidOf('instance');
  const header = documentHeader(about, {
    classUid: comprehensiveSr,
    instanceUid,
    seriesUid: uidOf('series'),
    modality: 'SR',
    description: 'Atoll infarct measurements (research only)',
    atollVersion,
    madeAt,
    seriesStep: 1,
  });
  // The root has no relationship to anything.
  const { RelationshipType: _, ...root } = containerItem(
    dicomCode('126000', 'Imaging Measurement Report'),
    contentOf(request, about),
    '1500',
  );
  return encodeDicom(
    { classUid: comprehensiveSr, instanceUid },
    {
      ...header,
      ReferencedPerformedProcedureStepSequence: [],
      PerformedProcedureCodeSequence: [],
      CompletionFlag: 'COMPLETE',
      CompletionFlagDescription: 'Measured by software',
      VerificationFlag: 'UNVERIFIED',
      CurrentRequestedProcedureEvidenceSequence: [
        {
          StudyInstanceUID: about.studyUid,
          ReferencedSeriesSequence: [
            {
              SeriesInstanceUID: about.seriesUid,
              ReferencedSOPSequence: [
                { ReferencedSOPClassUID: about.classUid, ReferencedSOPInstanceUID: about.instanceUid },
              ],
            },
          ],
        },
      ],
      ...root,
    },
    about.identity,
  );
}

function contentOf(
  { mask, lesions, algorithm, atollVersion, remark, uidOf = newUid }: MeasurementRequest,
  segmentation: SegmentationReference,
): ContentItem[] {
  const groups = [
    regionGroup('Infarct', segmentation.trackingUid, mask, segmentation, [
      numberItem(snomedCode('246206008', 'Number of lesions'), lesions.length, unitCode('1', 'no units')),
      textItem('CONTAINS', comment, remark),
    ]),
    ...lesions.map((lesion, n) =>
      regionGroup(`Infarct, lesion ${n + 1}`, uidOf(`lesion ${n + 1}`), lesion, segmentation, [
        textItem('CONTAINS', comment, `Lesion ${n + 1} of the segment: ${lesion.place}.`),
      ]),
    ),
  ];
  return [
    codeItem(
      'HAS CONCEPT MOD',
      dicomCode('121049', 'Language of Content Item and Descendants'),
      languageCode('en-US', 'English (United States)'),
    ),
    ...deviceItems(algorithm, atollVersion),
    codeItem('HAS CONCEPT MOD', dicomCode('121058', 'Procedure reported'), loincCode('24590-2', 'Brain MRI')),
    containerItem(dicomCode('126010', 'Imaging Measurements'), groups),
  ];
}

const comment = dicomCode('121106', 'Comment');

/** Who observed: a program (TID 1002, 1004). */
function deviceItems(
  { name, version }: MeasurementRequest['algorithm'],
  atollVersion: string,
): ContentItem[] {
  return [
    codeItem('HAS OBS CONTEXT', dicomCode('121005', 'Observer Type'), dicomCode('121007', 'Device')),
    uidItem('HAS OBS CONTEXT', dicomCode('121012', 'Device Observer UID'), deviceUid),
    textItem(
      'HAS OBS CONTEXT',
      dicomCode('121013', 'Device Observer Name'),
      `Atoll ${atollVersion}, engine ${name} ${version}`,
    ),
    textItem('HAS OBS CONTEXT', dicomCode('121014', 'Device Observer Manufacturer'), 'Atoll'),
    textItem('HAS OBS CONTEXT', dicomCode('121015', 'Device Observer Model Name'), 'Atoll'),
  ];
}

/** Atoll as a device, whatever machine it runs on. */
const deviceUid = '2.25.271960425417538249081350126948330157402';

/** One region (TID 1411). */
function regionGroup(
  name: string,
  trackingUid: string,
  { volumeMl, meanAdcMm2PerS, minAdcMm2PerS, sites }: MeasuredRegion,
  segmentation: SegmentationReference,
  further: readonly ContentItem[],
): ContentItem {
  return containerItem(
    dicomCode('125007', 'Measurement Group'),
    [
      textItem('HAS OBS CONTEXT', dicomCode('112039', 'Tracking Identifier'), name),
      uidItem('HAS OBS CONTEXT', dicomCode('112040', 'Tracking Unique Identifier'), trackingUid),
      codeItem('CONTAINS', dicomCode('121071', 'Finding'), snomedCode('55641003', 'Infarct')),
      segmentItem(dicomCode('121191', 'Referenced Segment'), segmentation, 1),
      uidItem(
        'CONTAINS',
        dicomCode('121232', 'Source series for segmentation'),
        segmentation.sourceSeriesUid,
      ),
      ...siteItems(sites),
      numberItem(snomedCode('118565006', 'Volume'), volumeMl, unitCode('cm3', 'cubic centimeter')),
      ...adcItems(meanAdcMm2PerS, snomedCode('373098007', 'Mean')),
      ...adcItems(minAdcMm2PerS, snomedCode('255605001', 'Minimum')),
      ...further,
    ],
    '1411',
  );
}

/** The coded ones among the structures, each once; the brain where there is none. */
function siteItems(sites: readonly MeasuredSite[]): ContentItem[] {
  const concept = snomedCode('363698007', 'Finding Site');
  const coded = new Map<string, ContentItem>();
  for (const { structure, side } of sites) {
    const site = siteCode(structure);
    if (site === null) continue;
    const laterality = sideCode(side);
    const modifiers =
      laterality === null
        ? []
        : [codeItem('HAS CONCEPT MOD', snomedCode('272741003', 'Laterality'), laterality)];
    const key = `${site.CodeValue} ${side}`;
    if (!coded.has(key)) coded.set(key, codeItem('HAS CONCEPT MOD', concept, site, modifiers));
  }
  return coded.size > 0 ? [...coded.values()] : [codeItem('HAS CONCEPT MOD', concept, brain)];
}

function adcItems(mm2PerS: number | null, derivation: ReturnType<typeof snomedCode>): ContentItem[] {
  if (mm2PerS === null) return [];
  const modifiers = [codeItem('HAS CONCEPT MOD', dicomCode('121401', 'Derivation'), derivation)];
  const concept = dicomCode('113041', 'Apparent Diffusion Coefficient');
  return [numberItem(concept, mm2PerS, unitCode('mm2/s', 'mm2/s'), modifiers)];
}
