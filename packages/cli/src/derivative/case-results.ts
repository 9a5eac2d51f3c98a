import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BidsCase } from '@atoll/cases/bids/scan';
import { Report as ReportSchema } from '@atoll/contract/report';
import type { LocationWish } from '@atoll/engines/location';
import { locationFileNames, mniDwiFileName, mniMaskFileName } from '@atoll/engines/location-files';
import { atollVersion, researchNotice } from '@atoll/engines/notice';
import type { Report } from '@atoll/engines/report';
import type { RunResult } from '@atoll/engines/run';
import { sha256 } from '@atoll/engines/sha256';
import { writeFiles } from '../output-folder.ts';
import { caseNames, furtherMasks, furtherName, furtherStems, json } from './derivative-names.ts';

/** What a result must have come from to stand for a case as it is now. */
export type Origin = {
  readonly inputSha256: Readonly<Record<string, string>>;
  readonly engine: string;
  readonly engineVersion: string;
  readonly preset: string;
  readonly options: readonly string[];
};

/**
 * The results of the engine in a derivative: for each case a mask with its sidecar, the report, and the report as
 * people read it. The mask lies in the DWI’s own space, so that its name has no `space`.
 */
export class CaseResults {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * The report of a result that is whole and of this origin; null when there is none, or when it does not say where
   * the lesions lie and it could be said.
   */
  async find(found: BidsCase, origin: Origin, wish?: LocationWish): Promise<Report | null> {
    const { folder, mask, sideCar } = caseNames(this.#root, found);
    try {
      const [maskFile, report] = await Promise.all([
        readFile(join(folder, mask)),
        this.readReport(found),
        readFile(join(folder, sideCar)),
      ]);
      if (report === null) return null;
      const { engine, engineVersion, preset, options, inputSha256, outputSha256 } = report.provenance;
      const same =
        engine === origin.engine &&
        engineVersion === origin.engineVersion &&
        preset === origin.preset &&
        options.join() === origin.options.join() &&
        sameHashes(inputSha256, origin.inputSha256) &&
        (await sha256(maskFile)) === outputSha256 &&
        isPlaced(report, wish) &&
        (await this.#hasMni(found, report, wish));
      return same ? report : null;
    } catch {
      return null;
    }
  }

  /** The report of a result; null where there is none that can be read. */
  async readReport(found: BidsCase): Promise<Report | null> {
    const { folder, report } = caseNames(this.#root, found);
    try {
      return ReportSchema.parse(JSON.parse(await readFile(join(folder, report), 'utf8')));
    } catch {
      return null;
    }
  }

  /** @throws AtollError FILE_UNWRITABLE */
  async write(
    found: BidsCase,
    { report, maskFile, furtherFiles }: Pick<RunResult, 'report' | 'maskFile' | 'furtherFiles'>,
  ): Promise<void> {
    const { folder, mask, sideCar, report: reportName } = caseNames(this.#root, found);
    const uri = (path: string) => `bids:raw:${path}`;
    const { engine, engineVersion, preset, options, inputSha256, outputSha256 } = report.provenance;
    const about = {
      Description: `Infarct mask by Atoll’s engine “${engine}”. ${researchNotice}`,
      Type: 'Lesion',
      Sources: [found.dwi, found.adc, found.flair].filter((path) => path !== null).map(uri),
      SpatialReference: uri(found.dwi),
      Atoll: {
        atollVersion,
        engine,
        engineVersion,
        preset,
        options,
        volumeMl: report.volumeMl,
        inputSha256,
        outputSha256,
      },
    };
    const written = new Map([
      [mask, maskFile],
      [sideCar, json(about)],
      [reportName, json(report)],
      ...[...furtherFiles].flatMap(([name, bytes]) => further(found, name, bytes, about)),
    ]);
    await writeFiles(folder, written);
    // Of an earlier run: they would pass for those of this mask.
    for (const name of await this.#furtherNames(found))
      if (!written.has(name)) await rm(join(folder, name), { force: true });
  }

  /** Whether the report of a result is there to read, too, and not older than it. */
  async hasReadable(found: BidsCase): Promise<boolean> {
    const { folder, report, readable } = caseNames(this.#root, found);
    try {
      const [made, ...written] = await Promise.all(
        [report, ...readable.map(([, name]) => name)].map((name) => stat(join(folder, name))),
      );
      return written.every(({ mtimeMs }) => mtimeMs >= made.mtimeMs);
    } catch {
      return false;
    }
  }

  /** The mask of a result that is there. */
  async readMask(found: BidsCase): Promise<Uint8Array> {
    const { folder, mask } = caseNames(this.#root, found);
    return readFile(join(folder, mask));
  }

  /** A further file by its name in a result; null where there is none. */
  async readFurther(found: BidsCase, name: string): Promise<Uint8Array | null> {
    const { folder } = caseNames(this.#root, found);
    return readFile(join(folder, furtherName(found, name))).catch(() => null);
  }

  /** @param files of `writeReport`. @throws AtollError FILE_UNWRITABLE */
  async writeReadable(found: BidsCase, files: ReadonlyMap<string, Uint8Array>, desc?: string): Promise<void> {
    const { folder, readable } = caseNames(this.#root, found, desc);
    await writeFiles(
      folder,
      new Map(
        readable.flatMap(([name, own]) => {
          const bytes = files.get(name);
          return bytes === undefined ? [] : [[own, bytes] as const];
        }),
      ),
    );
  }

  /**
   * Takes away a result that is not of the images that are there now. What readers made of it stays: it is their work,
   * and says what it is of.
   */
  async remove(found: BidsCase): Promise<void> {
    const { folder, mask, sideCar, report, readable } = caseNames(this.#root, found);
    const further = await this.#furtherNames(found);
    for (const name of [sideCar, report, mask, ...readable.map(([, own]) => own), ...further])
      await rm(join(folder, name), { force: true });
  }

  /** What lies beside the mask of a case. */
  async #furtherNames(found: BidsCase): Promise<string[]> {
    const names: readonly string[] = await readdir(caseNames(this.#root, found).folder).catch(() => []);
    return names.filter(
      (name) =>
        furtherStems.some((stem) => name.startsWith(`${found.id}_${stem}`)) ||
        locationFileNames.some((each) => name === `${found.id}_${each}`),
    );
  }

  /** Whether files in MNI space are there, where they are wanted and can be. */
  async #hasMni(found: BidsCase, { location }: Report, wish: LocationWish | undefined): Promise<boolean> {
    if (wish?.mni !== 'mask and DWI' || location?.status !== 'located') return true;
    const names = await readdir(caseNames(this.#root, found).folder);
    return [mniMaskFileName, mniDwiFileName].every((name) => names.includes(`${found.id}_${name}`));
  }
}

/** A further file by its name here; masks have a sidecar as the lesion's has. */
function further(
  found: BidsCase,
  name: string,
  bytes: Uint8Array,
  lesion: Readonly<Record<string, unknown>>,
): [string, Uint8Array][] {
  const own = furtherName(found, name);
  const mask = furtherMasks[name];
  if (mask === undefined) return [[own, bytes]];
  const about = { ...lesion, Description: mask.description, Type: mask.type };
  return [
    [own, bytes],
    [own.replace(/\.nii\.gz$/, '.json'), json(about)],
  ];
}

/** Whether a report says where the lesions lie, or could not say it now either. */
function isPlaced({ location }: Report, wish: LocationWish | undefined): boolean {
  return !wish?.locator || (location !== undefined && location.status !== 'no-atlas');
}

function sameHashes(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return (
    Object.keys(a).length === Object.keys(b).length &&
    Object.entries(a).every(([role, hash]) => b[role] === hash)
  );
}
