import { readdir, rm } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { DatasetFolder, describeDataset, isOwnWork } from '@atoll/cases/bids/folder';
import type { BidsCase } from '@atoll/cases/bids/scan';
import { mniDwiFileName, mniMaskFileName } from '@atoll/engines/location-files';
import { atollVersion, researchNotice } from '@atoll/engines/notice';
import { AtollError } from '@atoll/errors/error';
import { writeFiles } from '../output-folder.ts';
import { CaseResults } from './case-results.ts';
import { bidsIgnore, caseNames, json } from './derivative-names.ts';
import { Failures } from './failures.ts';
import {
  frequencyMapName,
  frequencyMapOf,
  frequencyPictureName,
  frequencySideCarName,
} from './frequency-map.ts';
import { ReviewedMasks } from './reviewed-masks.ts';
import { Reviews } from './reviews.ts';

const encoder = new TextEncoder();

/**
 * A folder of BIDS derivatives that Atoll writes: results of the engine, what readers made of them, and what describes
 * the whole.
 */
export class Derivative {
  readonly root: string;
  readonly results: CaseResults;
  readonly failures: Failures;
  readonly reviews: Reviews;
  readonly reviewed: ReviewedMasks;
  /** From here to the data set it is made from; with `/`. */
  readonly #source: string;

  constructor(root: string, bidsRoot: string) {
    this.root = resolve(root);
    this.results = new CaseResults(this.root);
    this.failures = new Failures(this.root);
    this.reviews = new Reviews(this.root);
    this.reviewed = new ReviewedMasks(this.root);
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
    const readme = `Infarct masks made by Atoll from diffusion MRI. ${researchNotice}\n\ngroup.html shows all cases, with links to their reports. lesions.tsv has one line a case; lesions.json explains its columns. disagreements.tsv, where there is one, lists what one engine of an ensemble alone marked. review.tsv, where there is one, has what readers made of the masks; theirs are desc-reviewed.\n`;
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
   * Readies a derivative of any version for reviews.
   * @throws AtollError FILE_UNREADABLE where Atoll made none here, FILE_UNWRITABLE
   */
  async beginReview(): Promise<void> {
    const folder = new DatasetFolder(this.root);
    if (!isOwnWork(await describeDataset(folder))) {
      throw new AtollError(
        'FILE_UNREADABLE',
        `${this.root} contains no results of Atoll: make them with atoll segment --bids, or name their folder with --derivative.`,
      );
    }
    const present = ((await folder.readText('.bidsignore')) ?? '').split(/\r?\n/);
    const lines = [...present.filter((line) => line !== ''), ...bidsIgnore];
    await writeFiles(
      this.root,
      new Map([['.bidsignore', encoder.encode(`${[...new Set(lines)].join('\n')}\n`)]]),
    );
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
      const { folder } = caseNames(this.root, found);
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
   * Tables of the whole, each with what its columns mean; one that is null is taken away.
   * @throws AtollError FILE_UNWRITABLE
   */
  async writeTables(
    tables: readonly { readonly name: string; readonly tsv: string | null; readonly columns: unknown }[],
  ): Promise<void> {
    const written = tables.flatMap(({ name, tsv, columns }) =>
      tsv === null
        ? []
        : ([
            [`${name}.tsv`, encoder.encode(tsv)],
            [`${name}.json`, json(columns)],
          ] as const),
    );
    await writeFiles(this.root, new Map(written));
    for (const { name, tsv } of tables) {
      if (tsv !== null) continue;
      for (const ending of ['tsv', 'json']) await rm(join(this.root, `${name}.${ending}`), { force: true });
    }
  }
}
