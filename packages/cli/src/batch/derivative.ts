import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { DatasetFolder, describeDataset, isOwnWork } from '@atoll/cases/bids/folder';
import type { BidsCase } from '@atoll/cases/bids/scan';
import { Report as ReportSchema } from '@atoll/contract/report';
import type { LocationWish } from '@atoll/engines/location';
import { locationFileNames, mniDwiFileName, mniMaskFileName } from '@atoll/engines/location-files';
import { atollVersion, researchNotice } from '@atoll/engines/notice';
import type { Report } from '@atoll/engines/report';
import type { RunResult } from '@atoll/engines/run';
import { sha256 } from '@atoll/engines/sha256';
import { AtollError } from '@atoll/errors/error';
import { type CohortFigure, writeGroupPage } from '@atoll/report/cohort/group-page';
import { htmlFileName, pdfFileName, thumbnailFileName } from '@atoll/report/file-names';
import { writeFiles } from '../output-folder.ts';
import type { CaseState } from './case-table.ts';
import { cohortCase } from './cohort-case.ts';
import { bidsIgnore, furtherMasks, furtherStems, groupPageName } from './derivative-names.ts';
import {
  frequencyMapName,
  frequencyMapOf,
  frequencyPictureName,
  frequencySideCarName,
} from './frequency-map.ts';

/** What a result must have come from to stand for a case as it is now. */
export type Origin = {
  readonly inputSha256: Readonly<Record<string, string>>;
  readonly engine: string;
  readonly engineVersion: string;
  readonly preset: string;
  readonly options: readonly string[];
};

const encoder = new TextEncoder();

/**
 * A folder of BIDS derivatives that Atoll writes: for each case a mask with its sidecar and the report.
 * The mask lies in the DWI’s own space, so that its name has no `space`.
 */
export class Derivative {
  readonly root: string;
  /** From here to the data set it is made from; with `/`. */
  readonly #source: string;

  constructor(root: string, bidsRoot: string) {
    this.root = resolve(root);
    this.#source = relative(this.root, resolve(bidsRoot)).split(sep).join('/');
  }

  /**
   * Writes what describes the whole, so that it is a data set from the first case on.
   * @throws AtollError FILE_UNWRITABLE, also when the folder holds another’s data set.
   */
  async begin(source: DatasetFolder): Promise<void> {
    const target = new DatasetFolder(this.root);
    const present = await target.readText('dataset_description.json');
    if (present !== null && !isOwnWork(await describeDataset(target))) {
      throw new AtollError(
        'FILE_UNWRITABLE',
        `${this.root} contains a data set that was not made by Atoll, and is left unchanged.`,
      );
    }
    const { Name, DatasetDOI } = await describeDataset(source);
    const description = {
      Name: `Atoll: infarct masks${Name === undefined ? '' : ` of ${Name}`}`,
      BIDSVersion: '1.9.0',
      DatasetType: 'derivative',
      GeneratedBy: [{ Name: 'Atoll', Version: atollVersion, Description: researchNotice }],
      SourceDatasets: [{ URL: this.#source, ...(DatasetDOI === undefined ? {} : { DOI: DatasetDOI }) }],
      DatasetLinks: { raw: this.#source },
    };
    const readme = `Infarct masks made by Atoll from diffusion MRI. ${researchNotice}\n\ngroup.html shows all cases, with links to their reports. lesions.tsv has one line a case; lesions.json explains its columns.\n`;
    await writeFiles(
      this.root,
      new Map([
        ['dataset_description.json', json(description)],
        ['README.md', encoder.encode(readme)],
        ['.bidsignore', encoder.encode(`${bidsIgnore.join('\n')}\n`)],
      ]),
    );
  }

  /**
   * The report of a result that is whole and of this origin; null when there is none, or when it does not say where
   * the lesions lie and it could be said.
   */
  async find(found: BidsCase, origin: Origin, wish?: LocationWish): Promise<Report | null> {
    const { folder, mask, sideCar, report: reportName } = this.#names(found);
    try {
      const [maskFile, text] = await Promise.all([
        readFile(join(folder, mask)),
        readFile(join(folder, reportName), 'utf8'),
        readFile(join(folder, sideCar)),
      ]);
      const report = ReportSchema.parse(JSON.parse(text));
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

  /** @throws AtollError FILE_UNWRITABLE */
  async write(
    found: BidsCase,
    { report, maskFile, furtherFiles }: Pick<RunResult, 'report' | 'maskFile' | 'furtherFiles'>,
  ): Promise<void> {
    const { folder, mask, sideCar, report: reportName } = this.#names(found);
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
    await writeFiles(
      folder,
      new Map([
        [mask, maskFile],
        [sideCar, json(about)],
        [reportName, json(report)],
        ...[...furtherFiles].flatMap(([name, bytes]) => this.#furtherFiles(found, name, bytes, about)),
      ]),
    );
  }

  /** A further file by its name here; masks have a sidecar as the lesion's has. */
  #furtherFiles(
    { id }: BidsCase,
    name: string,
    bytes: Uint8Array,
    lesion: Readonly<Record<string, unknown>>,
  ): [string, Uint8Array][] {
    const mask = furtherMasks[name];
    if (mask === undefined) return [[`${id}_${name}`, bytes]];
    return [
      [`${id}_desc-${mask.desc}_mask.nii.gz`, bytes],
      [
        `${id}_desc-${mask.desc}_mask.json`,
        json({ ...lesion, Description: mask.description, Type: mask.type }),
      ],
    ];
  }

  /** Whether the report of a result is there to read, too, and not older than it. */
  async hasReadable(found: BidsCase): Promise<boolean> {
    const { folder, report, readable } = this.#names(found);
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
    const { folder, mask } = this.#names(found);
    return readFile(join(folder, mask));
  }

  /** @param files of `writeReport`. @throws AtollError FILE_UNWRITABLE */
  async writeReadable(found: BidsCase, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const { folder, readable } = this.#names(found);
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

  /** Takes away a result that is not of the images that are there now. */
  async remove(found: BidsCase): Promise<void> {
    const { folder, mask, sideCar, report, readable } = this.#names(found);
    const names = await readdir(folder).catch(() => []);
    const further = names.filter(
      (name) =>
        furtherStems.some((stem) => name.startsWith(`${found.id}_${stem}`)) ||
        locationFileNames.some((each) => name === `${found.id}_${each}`),
    );
    for (const name of [sideCar, report, mask, ...readable.map(([, own]) => own), ...further])
      await rm(join(folder, name), { force: true });
  }

  /**
   * Writes how often each voxel of MNI space is marked, over the cases that have a mask there; takes away an earlier
   * map where none has one.
   * @throws AtollError FILE_UNWRITABLE, IMAGE_*
   */
  async writeFrequencyMap(cases: readonly BidsCase[]): Promise<void> {
    const [masks, dwis]: [string[], string[]] = [[], []];
    const leftOut: string[] = [];
    for (const found of cases) {
      const { folder } = this.#names(found);
      const names: readonly string[] = await readdir(folder).catch(() => []);
      if (names.includes(`${found.id}_${mniMaskFileName}`))
        masks.push(join(folder, `${found.id}_${mniMaskFileName}`));
      else leftOut.push(found.id);
      if (names.includes(`${found.id}_${mniDwiFileName}`))
        dwis.push(join(folder, `${found.id}_${mniDwiFileName}`));
    }
    const files = await frequencyMapOf(masks, leftOut, dwis);
    if (files !== null) return writeFiles(this.root, files);
    for (const name of [frequencyMapName, frequencySideCarName, frequencyPictureName])
      await rm(join(this.root, name), { force: true });
  }

  /**
   * Writes the page of the whole cohort: a table of all cases with links to their reports.
   * @throws AtollError FILE_UNWRITABLE
   */
  async writeGroupPage(cases: readonly { found: BidsCase; state: CaseState }[]): Promise<void> {
    const here = new Set(await readdir(this.root).catch(() => []));
    const figures: CohortFigure[] = here.has(frequencyPictureName)
      ? [
          {
            title: 'Where lesions lie',
            caption: `In what percentage of the patients each voxel of MNI space is marked (${frequencyMapName}).`,
            picture: { path: frequencyPictureName },
          },
        ]
      : [];
    const listed = await Promise.all(
      cases.map(async ({ found, state }) => {
        const { folder, readable } = this.#names(found);
        const names = new Set<string>(await readdir(folder).catch(() => []));
        const pathOf = (wanted: string) => {
          const own = readable.find(([name]) => name === wanted)?.[1];
          if (own === undefined || !names.has(own)) return null;
          return relative(this.root, join(folder, own)).split(sep).join('/');
        };
        return cohortCase(found.id, state, pathOf(htmlFileName), pathOf(thumbnailFileName));
      }),
    );
    const title = 'Atoll: infarct masks of a cohort';
    const page = await writeGroupPage({ title, notice: researchNotice, cases: listed, figures });
    await writeFiles(this.root, new Map([[groupPageName, encoder.encode(page)]]));
  }

  /** Files of the whole. @throws AtollError FILE_UNWRITABLE */
  async writeTable(files: { readonly tsv: string; readonly columns: unknown }): Promise<void> {
    await writeFiles(
      this.root,
      new Map([
        ['lesions.tsv', encoder.encode(files.tsv)],
        ['lesions.json', json(files.columns)],
      ]),
    );
  }

  /** Whether files in MNI space are there, where they are wanted and can be. */
  async #hasMni(found: BidsCase, { location }: Report, wish: LocationWish | undefined): Promise<boolean> {
    if (wish?.mni !== 'mask and DWI' || location?.status !== 'located') return true;
    const names = await readdir(this.#names(found).folder);
    return [mniMaskFileName, mniDwiFileName].every((name) => names.includes(`${found.id}_${name}`));
  }

  #names({ id, subject, session }: BidsCase) {
    const folder = join(this.root, `sub-${subject}`, ...(session === null ? [] : [`ses-${session}`]), 'dwi');
    const stem = `${id}_desc-lesion`;
    return {
      folder,
      mask: `${stem}_mask.nii.gz`,
      sideCar: `${stem}_mask.json`,
      report: `${stem}_report.json`,
      readable: [
        [htmlFileName, `${stem}_report.html`],
        [pdfFileName, `${stem}_report.pdf`],
        [thumbnailFileName, `${stem}_thumbnail.png`],
      ] as const,
    };
  }
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

function json(value: unknown): Uint8Array {
  return encoder.encode(`${JSON.stringify(value, null, 2)}\n`);
}
