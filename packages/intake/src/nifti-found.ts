import { writtenByAtoll } from '@atoll/volume/nifti-written';
import { inheritedSideCar, parseBidsName } from './bids-name.ts';
import type { Caution } from './caution.ts';
import type { InputFile } from './input-file.ts';
import type { Found, Looked } from './looked.ts';
import { checkFileSize, niftiCandidate } from './nifti-candidate.ts';
import { parseBValues, parseDirections, parseSideCar } from './sidecar.ts';

/** More than any sidecar takes. */
const maxSideCarBytes = 1 << 20;

/** Small text files beside an image that bear its name. */
export class SideCars {
  readonly used = new Set<string>();
  readonly #files: ReadonlyMap<string, InputFile>;

  constructor(looked: readonly Looked[]) {
    const small = looked.filter(({ kind, file }) => kind === 'unknown' && file.sizeBytes <= maxSideCarBytes);
    // Some write .bvals and .bvecs.
    this.#files = new Map(small.map(({ file }) => [file.path.toLowerCase().replace(/s$/, ''), file]));
  }

  /**
   * The one that bears the image's name; else FSL's (`bvals`, `bvecs`, beside `data`); else by BIDS' rule of
   * inheritance the nearest one in the folders above whose entities the image has too.
   */
  async text(stem: string, ending: string): Promise<SideText | null> {
    const folder = stem.slice(0, stem.lastIndexOf('/') + 1);
    const own = await this.#read(`${stem}.${ending}`, false);
    return own ?? (await this.#read(`${folder}${ending}`, false)) ?? (await this.#inherited(stem, ending));
  }

  /** A small text file by its path; it is not used up by that. */
  async beside(path: string): Promise<string | null> {
    const file = this.#files.get(path.toLowerCase());
    return file === undefined ? null : new TextDecoder().decode(await file.read());
  }

  async #inherited(stem: string, ending: string): Promise<SideText | null> {
    const path = inheritedSideCar(`${stem}.nii`, this.#files.keys(), ending);
    return path === null ? null : this.#read(path, true);
  }

  async #read(path: string, inherited: boolean): Promise<SideText | null> {
    const file = this.#files.get(path.toLowerCase());
    if (file === undefined) return null;
    this.used.add(file.path);
    return { path: file.path, text: new TextDecoder().decode(await file.read()), inherited };
  }
}

/** A sidecar's text; `inherited` where it is meant for several images. */
export type SideText = { readonly path: string; readonly text: string; readonly inherited: boolean };

/** b-values of a sidecar for an image of so many volumes, and a word where their number is another. */
export function bValuesOf(
  bval: SideText | null,
  volumes: number,
): { readonly bValues: number[] | null; readonly cautions: readonly Caution[] } {
  // One number for all images of a data set says nothing of any one of them.
  if (bval === null || (bval.inherited && volumes === 1)) return { bValues: null, cautions: [] };
  const bValues = parseBValues(bval.text, volumes);
  if (bValues !== null) return { bValues, cautions: [] };
  const count = bval.text
    .trim()
    .split(/[\s,]+/)
    .filter((word) => word !== '').length;
  const message =
    count === volumes
      ? 'The b-value file contains something other than numbers; it was not used.'
      : `The b-value file has ${count} values, and the image has ${volumes} volume${volumes === 1 ? '' : 's'}; it was not used.`;
  return { bValues: null, cautions: [{ code: 'B_VALUES_COUNT', severity: 'caution', message }] };
}

/**
 * Whether Atoll made an image: its header says so, or its sidecar, or a report of Atoll lies beside it, or it lies in
 * Atoll's derivative.
 */
async function isOwnWork(
  file: InputFile,
  stem: string,
  json: string | null,
  sideCars: SideCars,
): Promise<boolean> {
  if (/(^|\/)derivatives\/atoll\//i.test(file.path)) return true;
  const names = /"(?:GeneratedBy|atollVersion)"/;
  const isAtoll = (text: string | null) => text !== null && names.test(text) && /atoll/i.test(text);
  if (isAtoll(json)) return true;
  const folder = stem.slice(0, stem.lastIndexOf('/') + 1);
  const name = stem.slice(folder.length);
  if (/^(lesion_msk|overlay_.*)$/.test(name) && isAtoll(await sideCars.beside(`${folder}report.json`)))
    return true;
  return writtenByAtoll(await file.read({ start: 0, end: 1 << 12 }));
}

/** A NIfTI file with the sidecars that lie beside it. @throws AtollError IMAGE_*, FILE_UNREADABLE */
export async function niftiFound(file: InputFile, sideCars: SideCars): Promise<Found> {
  checkFileSize(file.sizeBytes);
  const stem = file.path.replace(/\.nii(\.gz)?$|\.gz$/i, '');
  const [json, bval, bvec] = await Promise.all(
    ['json', 'bval', 'bvec'].map((ending) => sideCars.text(stem, ending)),
  );
  const sideCar = json === null ? null : parseSideCar(json.text);
  return niftiCandidate(() => file.read(), {
    name: stem,
    source: 'nifti',
    ownWork: await isOwnWork(file, stem, json?.text ?? null, sideCars),
    paths: [file.path, ...[json, bval, bvec].flatMap((each) => (each === null ? [] : [each.path]))],
    seriesDescription: sideCar?.seriesDescription ?? null,
    suffix: parseBidsName(file.path.split('/').at(-1) ?? '')?.suffix ?? null,
    sideCar,
    dicom: null,
    bValuesFor: (volumes) => bValuesOf(bval, volumes),
    directionsFor: (volumes) => (bvec === null ? null : parseDirections(bvec.text, volumes)),
  });
}
