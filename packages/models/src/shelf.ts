import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { type Acceptance, acceptanceName, acceptLicence, checkAcceptance } from './acceptance.ts';
import { type ModelDescription, parseDescription } from './description.ts';
import { descriptionName } from './description-name.ts';
import { checkName } from './model-check.ts';
import { checkFolds, readDescription } from './model-folder.ts';

/** A model that was added to this instance. */
export type ShelvedModel = {
  readonly folder: string;
  readonly model: ModelDescription;
  readonly acceptance: Acceptance;
};

/** A folder that is on the shelf and cannot be used, and why. */
export type BrokenModel = { readonly id: string; readonly reason: string };

const idPattern = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** The models of an instance: a folder each, below one folder. Only who may write there adds to them. */
export class ModelShelf {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Copies a model's folder onto the shelf, whole or not at all.
   * @throws AtollError MODEL_INVALID, MODEL_DAMAGED, MODEL_CHANNELS, MODEL_UNSUPPORTED, MODEL_LICENCE_NOT_ACCEPTED,
   *   MODEL_EXISTS
   */
  async add(
    source: string,
    { acceptsLicence, replaces }: { readonly acceptsLicence: boolean; readonly replaces: boolean },
  ): Promise<ShelvedModel> {
    const model = await readDescription(source);
    checkName(model);
    const acceptance = acceptLicence(model, acceptsLicence);
    const folder = join(this.folder, model.id);
    if (existsSync(folder) && !replaces) {
      throw new AtollError('MODEL_EXISTS', `There is a model “${model.id}” already.`);
    }
    // Beside the others, so that it can be put in its place by a name alone.
    const scratch = join(this.folder, `.${randomUUID()}`);
    await mkdir(scratch, { recursive: true, mode: 0o700 });
    try {
      for (const { file } of model.folds) {
        await copyFile(join(source, file), join(scratch, file)).catch((cause: NodeJS.ErrnoException) => {
          if (cause.code === 'ENOENT')
            throw new AtollError('MODEL_INVALID', `The folder has no ${file}.`, { cause });
          throw cause;
        });
      }
      await writeFile(join(scratch, descriptionName), `${JSON.stringify(model, null, 2)}\n`);
      await writeFile(join(scratch, acceptanceName), `${JSON.stringify(acceptance, null, 2)}\n`);
      // What was copied is looked at, not what it was copied from.
      await checkFolds(scratch, model);
      if (replaces) await rm(folder, { recursive: true, force: true });
      await rename(scratch, folder);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    return { folder, model, acceptance };
  }

  /** @throws AtollError MODEL_UNKNOWN */
  async remove(id: string): Promise<void> {
    const folder = this.#folderOf(id);
    const leaving = join(this.folder, `.${randomUUID()}`);
    await rename(folder, leaving);
    await rm(leaving, { recursive: true, force: true });
  }

  /** @throws AtollError MODEL_UNKNOWN, MODEL_INVALID, MODEL_LICENCE_NOT_ACCEPTED */
  find(id: string): ShelvedModel {
    return read(this.#folderOf(id));
  }

  /** All of them by name, those that cannot be used with the reason. Networks are not opened, nor hashed. */
  list(): { readonly models: readonly ShelvedModel[]; readonly broken: readonly BrokenModel[] } {
    const models: ShelvedModel[] = [];
    const broken: BrokenModel[] = [];
    for (const id of this.#ids()) {
      try {
        models.push(read(join(this.folder, id)));
      } catch (thrown) {
        broken.push({ id, reason: thrown instanceof Error ? thrown.message : 'unknown' });
      }
    }
    return { models, broken };
  }

  /** Changes whenever models are added, replaced or removed, or a description is: cheap enough to ask at each request. */
  fingerprint(): string {
    const marks = this.#ids().flatMap((id) =>
      [descriptionName, acceptanceName].map((name) => {
        const found = statSync(join(this.folder, id, name), { throwIfNoEntry: false });
        return found === undefined ? `${id} -` : `${id} ${found.ino} ${found.size} ${found.mtimeMs}`;
      }),
    );
    return marks.join('\n');
  }

  #ids(): string[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => idPattern.test(name))
      .sort();
  }

  #folderOf(id: string): string {
    if (idPattern.test(id) && existsSync(join(this.folder, id))) return join(this.folder, id);
    const known = this.#ids();
    const has = known.length === 0 ? 'none was added' : `there are: ${known.join(', ')}`;
    throw new AtollError('MODEL_UNKNOWN', `There is no model “${id}”; ${has}.`);
  }
}

function read(folder: string): ShelvedModel {
  const json = (name: string): unknown => {
    try {
      return JSON.parse(readFileSync(join(folder, name), 'utf8'));
    } catch (cause) {
      throw new AtollError('MODEL_INVALID', `${name} is missing or is not JSON.`, { cause });
    }
  };
  const model = parseDescription(json(descriptionName));
  return { folder, model, acceptance: checkAcceptance(model, json(acceptanceName)) };
}
