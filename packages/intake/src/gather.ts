import type { ConvertDicom } from '@atoll/dicom/convert';
import { AtollError, asAtollError } from '@atoll/errors/error';
import type { BroughtFile } from './brought.ts';
import type { Candidate, Gathered, Ignored } from './candidate.ts';
import { type Kind, kindOf, startBytes } from './kind.ts';
import { niftiCandidate } from './nifti-candidate.ts';
import { parseBValues, parseSideCar } from './side-car.ts';
import { bidsSuffix } from './words.ts';

export type GatherProgress = {
  readonly stage: 'look' | 'convert' | 'read';
  /** 0–1 over the whole gathering; never falls. */
  readonly fraction: number;
  readonly message: string;
};

export type GatherOptions = {
  /** Without it DICOM files are passed over. */
  readonly convert?: ConvertDicom | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: GatherProgress) => void) | undefined;
  readonly maxFiles?: number;
};

type Looked = { readonly file: BroughtFile; readonly kind: Kind };
type Found = Omit<Candidate, 'id'>;

const defaultMaxFiles = 20_000;

/** More than any side-car takes. */
const maxSideCarBytes = 1 << 20;

/**
 * Finds the images among files of any kind: opens ZIPs, converts DICOM, joins NIfTI with its side-cars. What a file
 * is, its content says. A file that cannot be used is passed over with a reason and costs none of the others.
 * @throws AtollError INTAKE_TOO_MANY_FILES, INTAKE_TOO_LARGE, JOB_CANCELLED.
 */
export async function gather(files: readonly BroughtFile[], options: GatherOptions = {}): Promise<Gathered> {
  const { signal, maxFiles = defaultMaxFiles } = options;
  if (files.length > maxFiles) {
    throw new AtollError(
      'INTAKE_TOO_MANY_FILES',
      `These are ${files.length} files; Atoll looks at ${maxFiles} at once.`,
    );
  }
  const checkpoint = () => {
    if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
  };
  const ignored: Ignored[] = [];
  const found: Found[] = [];
  const looked: Looked[] = [];
  for (const [at, file] of files.entries()) {
    checkpoint();
    options.onProgress?.({
      stage: 'look',
      fraction: (0.2 * at) / files.length,
      message: `Looking at the files (${at + 1} of ${files.length})`,
    });
    try {
      looked.push({ file, kind: kindOf(await file.read({ start: 0, end: startBytes })) });
    } catch (thrown) {
      ignored.push({ path: file.path, reason: reasonOf(thrown) });
    }
  }

  const sideCars = new SideCars(looked);
  const images = looked.filter(({ kind }) => kind === 'nifti');
  for (const [at, { file }] of images.entries()) {
    checkpoint();
    options.onProgress?.({
      stage: 'read',
      fraction: 0.2 + (0.8 * at) / images.length,
      message: `Reading the images (${at + 1} of ${images.length})`,
    });
    try {
      found.push(await niftiFound(file, sideCars));
    } catch (thrown) {
      ignored.push({ path: file.path, reason: reasonOf(thrown) });
    }
  }
  for (const { file, kind } of looked) {
    if (kind !== 'nifti' && !sideCars.used.has(file.path)) {
      ignored.push({ path: file.path, reason: ignoredKinds[kind] });
    }
  }
  return { candidates: found.map((each, at) => ({ ...each, id: `i${at + 1}` })), ignored };
}

const ignoredKinds: Readonly<Record<Kind, string>> = {
  nifti: 'It is an image.',
  dicom: 'DICOM files cannot be converted here.',
  metaimage: 'MetaImage files are not read yet.',
  zip: 'A ZIP inside a ZIP is not opened.',
  analyze: 'It looks like an Analyze 7.5 image, which does not say which side is left.',
  packed: 'It is a packed file that holds no NIfTI image.',
  empty: 'The file is empty.',
  unknown: 'It is no image that Atoll knows.',
};

function reasonOf(thrown: unknown): string {
  const error = asAtollError(thrown);
  if (error.code === 'INTERNAL') throw error;
  return error.message;
}

async function niftiFound(file: BroughtFile, sideCars: SideCars): Promise<Found> {
  const stem = file.path.replace(/\.nii(\.gz)?$|\.gz$/i, '');
  const [json, bval, bvec] = await Promise.all(
    ['json', 'bval', 'bvec'].map((ending) => sideCars.text(stem, ending)),
  );
  const sideCar = json === null ? null : parseSideCar(json.text);
  return niftiCandidate(() => file.read(), {
    name: stem,
    source: 'nifti',
    paths: [file.path, ...[json, bval, bvec].flatMap((each) => (each === null ? [] : [each.path]))],
    seriesDescription: sideCar?.seriesDescription ?? null,
    bidsSuffix: bidsSuffix(file.path),
    sideCar,
    dicom: null,
    bValuesFor: (volumes) => (bval === null ? null : parseBValues(bval.text, volumes)),
  });
}

/** Small text files beside an image that bear its name. */
class SideCars {
  readonly used = new Set<string>();
  readonly #files: ReadonlyMap<string, BroughtFile>;

  constructor(looked: readonly Looked[]) {
    const small = looked.filter(({ kind, file }) => kind === 'unknown' && file.sizeBytes <= maxSideCarBytes);
    this.#files = new Map(small.map(({ file }) => [file.path.toLowerCase().replace(/s$/, ''), file]));
  }

  async text(stem: string, ending: string): Promise<{ path: string; text: string } | null> {
    const file = this.#files.get(`${stem}.${ending}`.toLowerCase());
    if (file === undefined) return null;
    this.used.add(file.path);
    return { path: file.path, text: new TextDecoder().decode(await file.read()) };
  }
}
