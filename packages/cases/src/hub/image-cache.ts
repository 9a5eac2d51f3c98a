import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type CaseFiles, caseRoles } from '@atoll/volume/case-files';
import { z } from 'zod';
import { sha256Of } from '../sha256.ts';

const aboutFile = 'about.json';

const About = z.object({ sha256: z.partialRecord(z.enum(caseRoles), z.string()) });

type Kept = { readonly path: string; readonly sizeBytes: number; readonly usedMs: number };

/** What a killed process left half-written is swept after so long. */
const abandonedMs = 24 * 3600 * 1000;

/**
 * Images of cases on disk, one folder a case, up to a size; those least lately used go first. Nothing in it is
 * ever trusted to be whole, and a disk that fails costs the time of fetching again and no case.
 */
export class ImageCache {
  readonly #root: string;
  readonly #limitBytes: number;

  /** @param root shared by all revisions and data sets, for one limit holds for all. */
  constructor(root: string, limitBytes: number) {
    this.#root = root;
    this.#limitBytes = limitBytes;
  }

  /** @param key path of the case’s folder below the root. @returns null when it is not there or damaged. */
  async read(key: string): Promise<CaseFiles | null> {
    const folder = join(this.#root, key);
    try {
      const { sha256 } = About.parse(JSON.parse(await readFile(join(folder, aboutFile), 'utf8')));
      const files = await Promise.all(
        caseRoles.map(async (role) => {
          const expected = sha256[role];
          if (expected === undefined) return null;
          const bytes = await readFile(join(folder, `${role}.nifti`));
          if (sha256Of(bytes) !== expected) throw new Error(`${role} is damaged`);
          return bytes;
        }),
      );
      const [dwi, adc, flair, reference] = files;
      if (dwi === null || adc === null) return null;
      const now = new Date();
      await utimes(folder, now, now).catch(() => undefined);
      return { dwi, adc, ...(flair && { flair }), ...(reference && { reference }) };
    } catch {
      return null;
    }
  }

  /** Written aside and renamed, so that a case that is there is whole; then makes room. */
  async write(key: string, files: CaseFiles): Promise<void> {
    const size = caseRoles.reduce((sum, role) => sum + (files[role]?.length ?? 0), 0);
    if (size > this.#limitBytes) return;
    const folder = join(this.#root, key);
    const aside = join(this.#root, `.new-${randomUUID()}`);
    try {
      await mkdir(aside, { recursive: true });
      const sha256: Record<string, string> = {};
      for (const role of caseRoles) {
        const bytes = files[role];
        if (bytes === undefined) continue;
        sha256[role] = sha256Of(bytes);
        await writeFile(join(aside, `${role}.nifti`), bytes);
      }
      await writeFile(join(aside, aboutFile), JSON.stringify({ sha256 }));
      await mkdir(dirname(folder), { recursive: true });
      // A damaged one of the same name would bar the way.
      await this.#remove(folder);
      await rename(aside, folder);
      await this.#makeRoom();
    } catch {
      await rm(aside, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  /** A folder that is going is out of sight before it is half gone. */
  async #remove(folder: string): Promise<void> {
    const aside = join(this.#root, `.old-${randomUUID()}`);
    const moved = await rename(folder, aside).then(
      () => true,
      () => false,
    );
    if (moved) await rm(aside, { recursive: true, force: true });
  }

  async #makeRoom(): Promise<void> {
    const kept = await this.#kept();
    let sum = kept.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
    for (const { path, sizeBytes } of kept.sort((a, b) => a.usedMs - b.usedMs)) {
      if (sum <= this.#limitBytes) break;
      await this.#remove(path);
      sum -= sizeBytes;
    }
  }

  async #kept(): Promise<Kept[]> {
    const kept: Kept[] = [];
    const entries = await readdir(this.#root, { recursive: true, withFileTypes: true });
    for (const { name, parentPath } of entries) {
      if (name === aboutFile) {
        const files = await readdir(parentPath);
        const sizes = await Promise.all(files.map(async (file) => (await stat(join(parentPath, file))).size));
        const { mtimeMs } = await stat(parentPath);
        const sizeBytes = sizes.reduce((sum, size) => sum + size, 0);
        if (!relative(this.#root, parentPath).startsWith('.'))
          kept.push({ path: parentPath, sizeBytes, usedMs: mtimeMs });
      }
      if (parentPath === this.#root && /^\.(new|old)-/.test(name)) {
        const path = join(parentPath, name);
        const { mtimeMs } = await stat(path);
        if (Date.now() - mtimeMs > abandonedMs) await rm(path, { recursive: true, force: true });
      }
    }
    return kept;
  }
}
