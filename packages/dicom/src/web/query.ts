import { AtollError } from '@atoll/errors/error';
import { z } from 'zod';
import { type ArchiveRequest, askArchive } from './archive-request.ts';
import { isUid } from './instance-header.ts';
import { studiesAddress } from './store.ts';

/** Which studies are looked for; what is not said does not matter. */
export type StudyQuery = {
  readonly patientId?: string | undefined;
  readonly accessionNumber?: string | undefined;
  /** `YYYYMMDD`, or two of them with a hyphen between; either may be left out. */
  readonly date?: string | undefined;
  /** Modality of one of the series. */
  readonly modality?: string | undefined;
  readonly limit: number;
};

/** A study as an archive lists it. Patients' data: for who asked, and for no log. */
export type FoundStudy = {
  readonly studyUid: string;
  readonly date: string;
  readonly time: string;
  readonly patientId: string;
  readonly patientName: string;
  readonly accessionNumber: string;
  readonly description: string;
  readonly modalities: readonly string[];
  /** null where the archive does not say. */
  readonly instances: number | null;
};

const mostBytes = 16 * 2 ** 20;

const Value = z.union([
  z.string(),
  z.number(),
  z.null(),
  z.looseObject({ Alphabetic: z.string().optional() }),
]);
const Found = z.array(z.record(z.string(), z.looseObject({ Value: z.array(Value).optional() })));

/** The attributes that are asked for, by what they become. */
const tags = {
  studyUid: '0020000D',
  date: '00080020',
  time: '00080030',
  patientId: '00100020',
  patientName: '00100010',
  accessionNumber: '00080050',
  description: '00081030',
  modalities: '00080061',
  instances: '00201208',
} as const;

/**
 * Looks for studies in an archive (QIDO-RS), the newest first.
 * @param root address of the archive’s DICOMweb service.
 * @throws AtollError DICOMWEB_*, JOB_CANCELLED
 */
export async function findStudies(
  root: string,
  query: StudyQuery,
  request: ArchiveRequest = {},
): Promise<readonly FoundStudy[]> {
  const address = studiesAddress(root);
  const wanted: readonly (readonly [string, string | undefined])[] = [
    [tags.patientId, query.patientId],
    [tags.accessionNumber, query.accessionNumber],
    [tags.date, query.date],
    [tags.modalities, query.modality],
    ['limit', `${query.limit}`],
  ];
  for (const [name, value] of wanted) {
    if (value !== undefined && value !== '') address.searchParams.append(name, value);
  }
  for (const tag of [tags.description, tags.modalities, tags.instances]) {
    address.searchParams.append('includefield', tag);
  }
  const { status, body } = await askArchive(address, 'application/dicom+json', request);
  if (status === 204) return [];
  const text = await readText(body);
  if (text.trim() === '') return [];
  let found: z.infer<typeof Found>;
  try {
    found = Found.parse(JSON.parse(text));
  } catch {
    // Without its cause: it may quote what a patient is called.
    throw new AtollError('DICOMWEB_UNANSWERED', 'The answer of the DICOMweb archive cannot be read.');
  }
  const studies = found.slice(0, query.limit).map((each) => {
    const texts = (tag: string) => (each[tag]?.Value ?? []).map(textOf).filter((value) => value !== '');
    const instances = Number(texts(tags.instances)[0] ?? Number.NaN);
    const [studyUid = '', date = '', time = ''] = [tags.studyUid, tags.date, tags.time].map(
      (tag) => texts(tag)[0],
    );
    return {
      ...{ studyUid, date, time },
      patientId: texts(tags.patientId)[0] ?? '',
      patientName: texts(tags.patientName)[0] ?? '',
      accessionNumber: texts(tags.accessionNumber)[0] ?? '',
      description: texts(tags.description)[0] ?? '',
      modalities: texts(tags.modalities),
      instances: Number.isSafeInteger(instances) ? instances : null,
    };
  });
  return studies
    .filter(({ studyUid }) => isUid(studyUid))
    .sort((one, other) => (`${one.date}${one.time}` < `${other.date}${other.time}` ? 1 : -1));
}

function textOf(value: z.infer<typeof Value>): string {
  if (value === null) return '';
  return typeof value === 'object' ? (value.Alphabetic ?? '') : `${value}`;
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > mostBytes) {
      throw new AtollError(
        'DICOMWEB_UNANSWERED',
        'The answer of the DICOMweb archive is too long; narrow the search.',
      );
    }
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
