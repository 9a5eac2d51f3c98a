import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BidsCase } from '@atoll/cases/bids/scan';
import { Report as ReportSchema } from '@atoll/contract/report';
import { atollVersion, researchNotice } from '@atoll/engines/notice';
import type { Report } from '@atoll/engines/report';
import { sha256 } from '@atoll/engines/sha256';
import { writeFiles } from '../output-folder.ts';
import { caseNames, json } from './derivative-names.ts';
import type { Rater } from './rater.ts';

/** The mask that stands after a review. */
export type StandingMask = {
  readonly verdict: 'accepted' | 'corrected';
  readonly note: string;
  readonly date: string;
  readonly maskFile: Uint8Array;
  readonly volumeMl: number;
  readonly diceWithEngine: number;
  /** Made anew from a corrected mask; null where the engine's stands. */
  readonly report: Report | null;
};

/** Masks as readers left them, beside the engine's: `desc-reviewed`, with the rater's name where one was given. */
export class ReviewedMasks {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** @throws AtollError FILE_UNWRITABLE */
  async write(found: BidsCase, rater: Rater, engine: Report, standing: StandingMask): Promise<void> {
    const names = caseNames(this.#root, found, rater.desc);
    const { verdict, note, date, maskFile, volumeMl, diceWithEngine, report } = standing;
    const own = found.session === null ? '' : `ses-${found.session}/`;
    const uri = `bids::sub-${found.subject}/${own}dwi/${caseNames(this.#root, found).mask}`;
    const about = {
      Description: `Infarct mask, ${verdict} by a reader. ${researchNotice}`,
      Type: 'Lesion',
      Sources: [uri, `bids:raw:${found.dwi}`, ...(found.adc === null ? [] : [`bids:raw:${found.adc}`])],
      SpatialReference: `bids:raw:${found.dwi}`,
      Atoll: {
        atollVersion,
        rater: rater.name,
        verdict,
        note,
        date,
        volumeMl,
        diceWithEngine,
        engineMaskSha256: engine.provenance.outputSha256,
        outputSha256: await sha256(maskFile),
      },
    };
    // Of an earlier verdict; pages are made anew after this.
    if (report === null) await this.#removeReport(found, rater);
    await writeFiles(
      names.folder,
      new Map([
        [names.mask, maskFile],
        [names.sideCar, json(about)],
        ...(report === null ? [] : [[names.report, json(report)] as const]),
      ]),
    );
  }

  /** The rater's mask; null where none stands. */
  async read(found: BidsCase, { desc }: Rater): Promise<Uint8Array | null> {
    const { folder, mask } = caseNames(this.#root, found, desc);
    return readFile(join(folder, mask)).catch(() => null);
  }

  /** The report of a corrected mask; null where there is none. */
  async readReport(found: BidsCase, { desc }: Rater): Promise<Report | null> {
    const { folder, report } = caseNames(this.#root, found, desc);
    try {
      return ReportSchema.parse(JSON.parse(await readFile(join(folder, report), 'utf8')));
    } catch {
      return null;
    }
  }

  /** Takes a mask away that no longer stands. */
  async remove(found: BidsCase, rater: Rater): Promise<void> {
    const { folder, mask, sideCar } = caseNames(this.#root, found, rater.desc);
    await this.#removeReport(found, rater);
    for (const name of [mask, sideCar]) await rm(join(folder, name), { force: true });
  }

  async #removeReport(found: BidsCase, { desc }: Rater): Promise<void> {
    const { folder, report, readable } = caseNames(this.#root, found, desc);
    for (const name of [report, ...readable.map(([, own]) => own)])
      await rm(join(folder, name), { force: true });
  }
}
