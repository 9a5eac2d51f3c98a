import type { BroughtFile } from './brought.ts';
import type { Found, Looked } from './looked.ts';
import { checkFileSize, niftiCandidate } from './nifti-candidate.ts';
import { parseBValues, parseSideCar } from './side-car.ts';
import { bidsSuffix } from './words.ts';

/** More than any side-car takes. */
const maxSideCarBytes = 1 << 20;

/** Small text files beside an image that bear its name. */
export class SideCars {
  readonly used = new Set<string>();
  readonly #files: ReadonlyMap<string, BroughtFile>;

  constructor(looked: readonly Looked[]) {
    const small = looked.filter(({ kind, file }) => kind === 'unknown' && file.sizeBytes <= maxSideCarBytes);
    // Some write .bvals and .bvecs.
    this.#files = new Map(small.map(({ file }) => [file.path.toLowerCase().replace(/s$/, ''), file]));
  }

  async text(stem: string, ending: string): Promise<{ path: string; text: string } | null> {
    const file = this.#files.get(`${stem}.${ending}`.toLowerCase());
    if (file === undefined) return null;
    this.used.add(file.path);
    return { path: file.path, text: new TextDecoder().decode(await file.read()) };
  }
}

/** A NIfTI file with the side-cars that lie beside it. @throws AtollError IMAGE_*, FILE_UNREADABLE */
export async function niftiFound(file: BroughtFile, sideCars: SideCars): Promise<Found> {
  checkFileSize(file.sizeBytes);
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
    suffix: bidsSuffix(file.path),
    sideCar,
    dicom: null,
    bValuesFor: (volumes) => (bval === null ? null : parseBValues(bval.text, volumes)),
  });
}
