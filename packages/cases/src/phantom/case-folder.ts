import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PhantomFiles, phantomRoles, unpackedBytes } from '@atoll/phantom/case-files';
import type { PhantomSpec } from '@atoll/phantom/phantom';
import { gunzip } from '@atoll/volume/gzip';
import { writeWholeFile } from '../whole-file.ts';

/** Phantoms that were made before, one folder each. Nothing in it is ever trusted to be whole. */
export class CaseFolder {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The files of a case, or null when they are not there or damaged. */
  async read(caseId: string, spec: PhantomSpec): Promise<PhantomFiles | null> {
    const expected = unpackedBytes(spec);
    try {
      const [dwi, adc, reference] = await Promise.all(
        phantomRoles.map(async (role) => {
          const bytes = await readFile(this.#file(caseId, role));
          // Unpacking proves the checksum that gzip carries.
          const unpacked = await gunzip(bytes, expected[role]);
          if (unpacked.length !== expected[role]) throw new Error(`${role} has the wrong length`);
          return bytes;
        }),
      );
      return { dwi, adc, reference };
    } catch {
      return null;
    }
  }

  /** Each file whole or not at all. @throws what the disk throws */
  async write(caseId: string, files: PhantomFiles): Promise<void> {
    for (const role of phantomRoles) await writeWholeFile(this.#file(caseId, role), files[role]);
  }

  #file(caseId: string, role: string): string {
    return join(this.#dir, caseId, `${role}.nii.gz`);
  }
}
