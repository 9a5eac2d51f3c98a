import type { ConvertDicom } from '@atoll/dicom/convert';
import { inflated, isDeflated } from '@atoll/dicom/deflated';
import { AtollError, asAtollError } from '@atoll/errors/error';
import type { Gathered, Ignored } from './candidate.ts';
import { chooseSeries, convertSeries, type SeriesFiles, seriesName, sortSeries } from './dicom-found.ts';
import { joinDirections } from './directions.ts';
import { fileOfBytes, type InputFile } from './input-file.ts';
import { type Kind, startBytes, whyNoImage } from './kind.ts';
import { type Found, kindOfFile, type Looked } from './looked.ts';
import { metaImageFound } from './metaimage-found.ts';
import { niftiFound, SideCars } from './nifti-found.ts';
import { printable } from './words.ts';
import { defaultZipLimits, openZip } from './zip.ts';

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
  /** Files, those in ZIPs included. */
  readonly maxFiles?: number;
};

/** An examination of many series has some ten thousand. */
const defaultMaxFiles = 20_000;

/** Converted images stay in memory until the case is made. */
const maxConvertedBytes = 2 ** 30;

/** Images are held as they were given; a case needs a handful. */
const maxImages = 500;

const lookingShare = 0.2;

/**
 * Finds the images among files of any kind: opens ZIPs, converts DICOM, joins NIfTI with its sidecars. What a file
 * is, its content says. A file that cannot be used is passed over with a reason and costs none of the others; only
 * where it is all that was given, its fault is thrown.
 * @throws AtollError INTAKE_TOO_MANY_FILES, JOB_CANCELLED; ZIP_*, IMAGE_*, DICOM_*, FILE_UNREADABLE of a lone file.
 */
export async function gather(files: readonly InputFile[], options: GatherOptions = {}): Promise<Gathered> {
  const gathering = new Gathering(files, options);
  const looked = await gathering.look();
  await gathering.convert(looked.filter(({ kind }) => kind === 'dicom').map(({ file }) => file));
  await gathering.read(looked);
  gathering.report('read', 1, 'Done');
  gathering.throwLoneFault();
  return {
    candidates: joinDirections(gathering.found).map((each, at) => ({
      ...each,
      name: printable(each.name),
      id: `i${at + 1}`,
    })),
    ignored: gathering.ignored.map((each) => ({
      ...each,
      path: printable(each.path),
      reason: printable(each.reason),
    })),
  };
}

const whyIgnored: Readonly<Partial<Record<Kind, string>>> = {
  ...whyNoImage,
  zip: 'A ZIP inside a ZIP is not opened.',
  archive:
    'It is compressed with bzip2, xz, 7-Zip, RAR or Zstandard, which Atoll cannot open. Use ZIP or gzip.',
};

/** Of what was an image, and could not be read. */
const imageFault = /^(IMAGE|DICOM)_(?!NOT_)/;

class Gathering {
  readonly found: Found[] = [];
  readonly ignored: Ignored[] = [];
  readonly #faults: AtollError[] = [];
  readonly #files: readonly InputFile[];
  readonly #options: GatherOptions;
  readonly #maxFiles: number;

  constructor(files: readonly InputFile[], options: GatherOptions) {
    this.#files = files;
    this.#options = options;
    this.#maxFiles = options.maxFiles ?? defaultMaxFiles;
    this.#checkCount(files.length);
  }

  report(stage: GatherProgress['stage'], fraction: number, message: string): void {
    if (this.#options.signal?.aborted) throw new AtollError('JOB_CANCELLED');
    this.#options.onProgress?.({ stage, fraction, message });
  }

  /** What each file is; those in ZIPs in the place of the ZIP. */
  async look(): Promise<Looked[]> {
    const looked: Looked[] = [];
    for (const [at, file] of this.#files.entries()) {
      this.report('look', (lookingShare * at) / this.#files.length, this.#looking(at, this.#files.length));
      await this.#passOver(file.path, async () => {
        const kind = await kindOfFile(file);
        if (kind !== 'zip') {
          looked.push({ file: await plainFile(file, kind), kind });
          return;
        }
        const { files: inside, ignored } = await openZip(file, {
          ...defaultZipLimits,
          maxEntries: this.#maxFiles,
        });
        this.ignored.push(...ignored);
        this.#checkCount(looked.length + inside.length);
        for (const [place, entry] of inside.entries()) {
          const share = (at + place / inside.length) / this.#files.length;
          this.report('look', lookingShare * share, this.#looking(place, inside.length));
          await this.#passOver(entry.path, async () => {
            const kind = await kindOfFile(entry);
            looked.push({ file: await plainFile(entry, kind), kind });
          });
        }
      });
    }
    return looked;
  }

  async convert(files: readonly InputFile[]): Promise<void> {
    if (files.length === 0) return;
    const { convert, signal } = this.#options;
    if (convert === undefined) {
      this.ignored.push(
        ...files.map(({ path }) => ({ path, reason: 'DICOM files cannot be converted here.' })),
      );
      return;
    }
    const all = await sortSeries(files, this.ignored, (at) =>
      this.report('look', lookingShare, `Sorting the DICOM files (${at + 1} of ${files.length})`),
    );
    const { wanted, ignored } = chooseSeries(all);
    this.ignored.push(...ignored);
    let converted = 0;
    for (const [at, series] of wanted.entries()) {
      const onProgress = (fraction: number) =>
        this.report(
          'convert',
          lookingShare + (0.6 * (at + fraction)) / wanted.length,
          `Converting the DICOM series (${at + 1} of ${wanted.length})`,
        );
      await this.#passOver(nameOf(series), async () => {
        if (converted > maxConvertedBytes) throw new AtollError('INTAKE_TOO_LARGE');
        const { found, ignored } = await convertSeries(series, convert, { signal, onProgress });
        converted += series.series.pixelBytes;
        this.found.push(...found);
        this.ignored.push(...ignored);
      });
    }
  }

  async read(looked: readonly Looked[]): Promise<void> {
    const sideCars = new SideCars(looked);
    const images = looked.filter(({ kind }) => kind === 'nifti' || kind === 'metaimage');
    if (images.length > maxImages) {
      throw new AtollError(
        'INTAKE_TOO_MANY_FILES',
        `There are ${images.length} images; Atoll reads up to ${maxImages} at once.`,
      );
    }
    const used = new Set<string>();
    for (const [at, { file, kind }] of images.entries()) {
      this.report(
        'read',
        0.8 + (0.2 * at) / images.length,
        `Reading the images (${at + 1} of ${images.length})`,
      );
      await this.#passOver(file.path, async () => {
        const found =
          kind === 'nifti'
            ? await niftiFound(file, sideCars)
            : await metaImageFound(file, (name) => besides(file, name, looked), sideCars);
        for (const path of found.paths) used.add(path);
        this.found.push(found);
      });
    }
    for (const { file, kind } of looked) {
      const reason = whyIgnored[kind];
      if (reason === undefined || used.has(file.path) || sideCars.used.has(file.path)) continue;
      this.ignored.push({ path: file.path, reason });
    }
  }

  /** Notes why a file cannot be used, and goes on; but for a fault of ours, a cancel, or where there is no other. */
  async #passOver(path: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const error = asAtollError(thrown);
      if (['INTERNAL', 'JOB_CANCELLED', 'INTAKE_TOO_MANY_FILES'].includes(error.code)) throw error;
      this.#faults.push(error);
      this.ignored.push({ path, reason: error.message, wasImage: imageFault.test(error.code) });
    }
  }

  /** Where one file or one series was all that was given, its fault says more than that nothing was found. */
  throwLoneFault(): void {
    const [fault] = this.#faults;
    if (this.found.length === 0 && this.#files.length === 1 && this.#faults.length === 1) throw fault;
  }

  #checkCount(files: number): void {
    if (files <= this.#maxFiles) return;
    throw new AtollError(
      'INTAKE_TOO_MANY_FILES',
      `There are ${files} files; Atoll reads up to ${this.#maxFiles} at once.`,
    );
  }

  #looking(at: number, of: number): string {
    return `Reading the files (${at + 1} of ${of})`;
  }
}

function nameOf({ series }: SeriesFiles): string {
  return seriesName(series);
}

/** A DICOM file whose contents are packed, unpacked; others as they are. */
async function plainFile(file: InputFile, kind: Kind): Promise<InputFile> {
  if (kind !== 'dicom' || !isDeflated(await file.read({ start: 0, end: startBytes }))) return file;
  return fileOfBytes(file.path, await inflated(await file.read()));
}

/** A file in the same folder, by a plain name: no path leads out of it. */
function besides(file: InputFile, name: string, looked: readonly Looked[]): InputFile | undefined {
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  return looked.find((each) => each.file.path === `${folder}${name}`)?.file;
}
