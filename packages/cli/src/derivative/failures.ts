import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BidsCase } from '@atoll/cases/bids/scan';
import type { AtollError } from '@atoll/errors/error';
import { z } from 'zod';
import { removeFile, writeFiles } from '../output-folder.ts';
import { failuresFolder, json } from './derivative-names.ts';

/** Why a case has no mask, as it is written down. */
export const Failure = z.object({ code: z.string(), message: z.string(), action: z.string() });
export type Failure = z.infer<typeof Failure>;

/**
 * Why cases of a derivative failed, a file for each: several processes may work at one derivative, and none knows what
 * became of the others' cases but by what they leave.
 */
export class Failures {
  readonly #folder: string;

  constructor(root: string) {
    this.#folder = join(root, failuresFolder);
  }

  pathOf(found: BidsCase): string {
    return join(this.#folder, `${found.id}.json`);
  }

  /** @throws AtollError FILE_UNWRITABLE */
  async write(found: BidsCase, { code, message, action }: AtollError): Promise<void> {
    await writeFiles(this.#folder, new Map([[`${found.id}.json`, json({ code, message, action })]]));
  }

  /** @throws AtollError FILE_UNWRITABLE */
  async clear(found: BidsCase): Promise<void> {
    await removeFile(this.#folder, `${found.id}.json`);
  }

  /** null where it did not fail, or where nothing of it can be read. */
  async read(found: BidsCase): Promise<Failure | null> {
    try {
      return Failure.parse(JSON.parse(await readFile(this.pathOf(found), 'utf8')));
    } catch {
      return null;
    }
  }
}
