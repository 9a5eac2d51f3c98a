import { AtollError } from '@atoll/errors/error';
import { acceptanceName, acceptLicence, checkAcceptance } from '@atoll/models/acceptance';
import type { ModelDescription } from '@atoll/models/description';
import { descriptionName } from '@atoll/models/description-name';
import { unpackModel } from '@atoll/models/model-archive';
import { checkFoldsIn, checkName, type ModelFiles, readDescriptionIn } from '@atoll/models/model-check';
import type { BrokenModel, KeptModel, ModelSource, StagedModel } from './kept-model.ts';

const shelfName = 'atoll-models';
/** What another tab has not finished is left alone for so long. */
const leftoverMs = 24 * 3600 * 1000;

/**
 * The models that this browser keeps: a folder each in its private file system (OPFS), which no page of another origin
 * sees and nothing is sent from. A folder counts once `accepted.json` is in it, which is written last.
 */
export class BrowserShelf {
  readonly #root: FileSystemDirectoryHandle;

  private constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
  }

  /** @throws AtollError MODEL_STORE_MISSING */
  static async open(): Promise<BrowserShelf> {
    // TypeScript takes for granted what browsers leave out beyond https, and older ones altogether.
    const storage: Partial<StorageManager> | undefined = navigator.storage;
    const writes =
      typeof FileSystemFileHandle !== 'undefined' && 'createWritable' in FileSystemFileHandle.prototype;
    if (storage?.getDirectory === undefined || !writes) throw new AtollError('MODEL_STORE_MISSING');
    try {
      const root = await navigator.storage.getDirectory();
      return new BrowserShelf(await root.getDirectoryHandle(shelfName, { create: true }));
    } catch (cause) {
      throw new AtollError('MODEL_STORE_MISSING', undefined, { cause });
    }
  }

  /** All of them by title, those that cannot be used with the reason. Networks are not opened, nor hashed. */
  async list(): Promise<{ readonly models: readonly KeptModel[]; readonly broken: readonly BrokenModel[] }> {
    const byId = new Map<string, KeptModel>();
    const broken: BrokenModel[] = [];
    for await (const [key, handle] of this.#root.entries()) {
      if (!(handle instanceof FileSystemDirectoryHandle)) continue;
      if (!(await has(handle, acceptanceName))) {
        const begun = Number(key.split('-')[0]);
        if (!(Date.now() - begun < leftoverMs)) await this.remove(key);
        continue;
      }
      try {
        const found = await read(key, handle);
        const twin = byId.get(found.model.id);
        // Replaced, and the page was closed before the older one went.
        const isNewer = twin === undefined || twin.acceptance.acceptedAt < found.acceptance.acceptedAt;
        if (twin !== undefined) await this.remove(isNewer ? twin.key : key);
        if (isNewer) byId.set(found.model.id, found);
      } catch (thrown) {
        broken.push({ key, reason: thrown instanceof Error ? thrown.message : 'unknown' });
      }
    }
    const models = [...byId.values()].sort((a, b) => a.model.title.localeCompare(b.model.title));
    return { models, broken };
  }

  /**
   * Copies a model here and checks the copy, as `atoll models add` does. It is no engine before `keep`.
   * @throws AtollError MODEL_INVALID, MODEL_DAMAGED, MODEL_CHANNELS, MODEL_UNSUPPORTED, MODEL_EXISTS, MODEL_STORE_FULL
   */
  async stage(source: ModelSource): Promise<StagedModel> {
    const key = `${Date.now()}-${crypto.randomUUID()}`;
    const folder = await this.#root.getDirectoryHandle(key, { create: true });
    try {
      await copyInto(folder, source);
      const files = filesIn(folder);
      const model = await readDescriptionIn(files);
      checkName(model);
      await checkFoldsIn(files, model);
      await removeOthers(folder, model);
      return { key, model, bytes: await bytesOf(files, model) };
    } catch (thrown) {
      await this.remove(key).catch(() => undefined);
      throw asStoreFault(thrown);
    }
  }

  /** The reader accepts the licence: from now on it is an engine, in the place of any other of its id. */
  async keep({ key, model, bytes }: StagedModel): Promise<KeptModel> {
    const acceptance = acceptLicence(model, true);
    const folder = await this.#root.getDirectoryHandle(key);
    const before = (await this.list()).models.filter((each) => each.model.id === model.id);
    try {
      await write(folder, acceptanceName, new Blob([JSON.stringify(acceptance)]));
    } catch (thrown) {
      throw asStoreFault(thrown);
    }
    for (const each of before) await this.remove(each.key);
    return { key, model, acceptance, bytes };
  }

  async remove(key: string): Promise<void> {
    await this.#root.removeEntry(key, { recursive: true });
  }

  /** Its networks in the order of the folds. @throws AtollError MODEL_DAMAGED */
  async networks({ key, model }: KeptModel): Promise<readonly Blob[]> {
    try {
      const folder = await this.#root.getDirectoryHandle(key);
      return await Promise.all(
        model.folds.map(async ({ file }) => (await folder.getFileHandle(file)).getFile()),
      );
    } catch (cause) {
      throw new AtollError('MODEL_DAMAGED', undefined, { cause });
    }
  }
}

async function copyInto(folder: FileSystemDirectoryHandle, source: ModelSource): Promise<void> {
  if (source.kind === 'zip') {
    await unpackModel(source.archive, async (name) =>
      (await folder.getFileHandle(name, { create: true })).createWritable(),
    );
    return;
  }
  const { files } = source;
  const model = await readDescriptionIn(filesOf(files));
  for (const name of [descriptionName, ...model.folds.map(({ file }) => file)]) {
    const file = files.get(name);
    if (file === undefined) throw new AtollError('MODEL_INVALID', `The folder has no ${name}.`);
    await write(folder, name, file);
  }
}

/** A ZIP may hold networks that the description does not name. */
async function removeOthers(folder: FileSystemDirectoryHandle, { folds }: ModelDescription): Promise<void> {
  const named = [descriptionName, ...folds.map(({ file }) => file)];
  for await (const name of folder.keys()) if (!named.includes(name)) await folder.removeEntry(name);
}

async function write(folder: FileSystemDirectoryHandle, name: string, content: Blob): Promise<void> {
  const file = await folder.getFileHandle(name, { create: true });
  await content.stream().pipeTo(await file.createWritable());
}

async function read(key: string, folder: FileSystemDirectoryHandle): Promise<KeptModel> {
  const files = filesIn(folder);
  const model = await readDescriptionIn(files);
  const kept: unknown = JSON.parse(new TextDecoder().decode(await files.read(acceptanceName)));
  return { key, model, acceptance: checkAcceptance(model, kept), bytes: await bytesOf(files, model) };
}

async function bytesOf(files: ModelFiles, { folds }: ModelDescription): Promise<number> {
  let bytes = 0;
  for (const { file } of folds) {
    const size = await files.sizeOf(file);
    if (typeof size === 'number') bytes += size;
  }
  return bytes;
}

const filesOf = (files: ReadonlyMap<string, Blob>): ModelFiles => ({
  sizeOf: async (name) => files.get(name)?.size ?? null,
  read: async (name) => bytesIn(files.get(name) ?? new Blob()),
});

const filesIn = (folder: FileSystemDirectoryHandle): ModelFiles => ({
  sizeOf: async (name) => {
    try {
      return (await (await folder.getFileHandle(name)).getFile()).size;
    } catch (thrown) {
      if (thrown instanceof DOMException && thrown.name === 'NotFoundError') return null;
      return 'other';
    }
  },
  read: async (name) => bytesIn(await (await folder.getFileHandle(name)).getFile()),
});

const bytesIn = async (file: Blob) => new Uint8Array(await file.arrayBuffer());

async function has(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  return folder.getFileHandle(name).then(
    () => true,
    () => false,
  );
}

function asStoreFault(thrown: unknown): unknown {
  const isFull = thrown instanceof DOMException && thrown.name === 'QuotaExceededError';
  return isFull ? new AtollError('MODEL_STORE_FULL', undefined, { cause: thrown }) : thrown;
}
