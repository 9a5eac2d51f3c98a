import { randomBytes } from 'node:crypto';
import type { Owner } from '@atoll/access/visitor';
import { AtollError } from '@atoll/errors/error';
import type { Content, Store, StoreKind } from '@atoll/store/store';
import { type CaseRole, caseRoles } from '@atoll/volume/case-files';
import { z } from 'zod';
import type { CaseSource, CaseSummary, OpenedCase } from '../source.ts';

/** `u-` and 128 random bits in hexadecimal: knowing the id is the right to see the case. */
export const isUploadId = (text: string): boolean => /^u-[0-9a-f]{32}$/.test(text);

/** Images of uploaded cases, by their ids. */
export const uploadKind: StoreKind = { prefix: 'uploads', isId: isUploadId };

const newId = () => `u-${randomBytes(16).toString('hex')}`;

const aboutName = 'case.json';
const imageName = (role: CaseRole) => `${role}.nii.gz`;

/** What is kept of a case beside its images. */
const About = z.object({
  title: z.string(),
  images: z.array(z.enum(caseRoles)),
  derivation: z.array(z.string()),
  createdAt: z.iso.datetime(),
  /** Of before there were accounts, and where nobody signs in, a case belongs to nobody. */
  owner: z
    .object({ id: z.string(), groups: z.array(z.string()) })
    .nullable()
    .default(null),
});

/** The longest title that is kept. */
export const maxTitleLength = 200;
export const untitled = 'Uploaded case';

export type NewCase = {
  /** Paths of packed NIfTI files (.nii.gz) without text fields; the store's from then on. */
  readonly images: ReadonlyMap<CaseRole, string>;
  readonly title?: string | undefined;
  readonly derivation?: readonly string[];
  /** Whom it will belong to; null where nobody signs in. */
  readonly owner?: Owner | null;
  /** As hard to guess as a random one, for whoever may have to add the same again; a new one unless given. */
  readonly caseId?: string;
};

/**
 * Uploaded cases. Their ids are random and are in no list: only who knows one can ask for it. They live
 * in a store alone, so that any process that reaches it can add, read and remove them.
 */
export class UploadedCases implements CaseSource {
  readonly id = 'upload';
  readonly title = 'Uploaded cases';
  readonly #store: () => Promise<Store>;

  /** @param store asked for when it is needed first. */
  constructor(store: () => Promise<Store>) {
    let opened: Promise<Store> | null = null;
    this.#store = () => {
      opened ??= store();
      return opened;
    };
  }

  async list(): Promise<readonly CaseSummary[]> {
    return [];
  }

  async find(caseId: string): Promise<CaseSummary | null> {
    if (!isUploadId(caseId)) return null;
    const store = await this.#store();
    // Asked first, for it is answered from nothing remembered: a removed case is gone at once everywhere.
    const about = (await store.has(caseId)) ? await store.open(caseId, aboutName) : null;
    if (about === null) return null;
    const { title, images, derivation, owner } = parseAbout(await new Response(about.read()).text());
    const summary = {
      id: caseId,
      title,
      description: '',
      source: this.id,
      images,
      licence: null,
      derivation,
    };
    return owner === null ? summary : { ...summary, owner };
  }

  async open(caseId: string): Promise<OpenedCase> {
    const found = await this.find(caseId);
    if (found === null) throw new AtollError('CASE_UNKNOWN');
    await this.touch(caseId);
    const read = async (role: CaseRole): Promise<Uint8Array | undefined> => {
      if (!found.images.includes(role)) return undefined;
      const file = await (await this.#store()).open(caseId, imageName(role));
      // It was there a moment ago.
      if (file === null) throw new AtollError('CASE_UNKNOWN');
      return new Uint8Array(await new Response(file.read()).arrayBuffer());
    };
    const [dwi, adc, flair, reference] = await Promise.all(caseRoles.map(read));
    if (dwi === undefined || adc === undefined) throw new AtollError('CASE_UNKNOWN');
    return {
      dwi,
      adc,
      ...(found.derivation?.length ? { derivation: found.derivation } : {}),
      ...(flair === undefined ? {} : { flair }),
      ...(reference === undefined ? {} : { reference }),
    };
  }

  /** @returns the new case's id. @throws AtollError FILE_UNWRITABLE */
  async add({ images, title, derivation = [], owner = null, caseId = newId() }: NewCase): Promise<string> {
    const about: z.infer<typeof About> = {
      title: title === undefined || title.trim() === '' ? untitled : title.trim().slice(0, maxTitleLength),
      images: caseRoles.filter((role) => images.has(role)),
      derivation: [...derivation],
      createdAt: new Date().toISOString(),
      owner: owner === null ? null : { id: owner.id, groups: [...owner.groups] },
    };
    const files = new Map<string, Content>([[aboutName, new TextEncoder().encode(JSON.stringify(about))]]);
    for (const [role, path] of images) files.set(imageName(role), { path });
    await (await this.#store()).put(caseId, files);
    return caseId;
  }

  /** Removes a case at once, if it is there. */
  async remove(caseId: string): Promise<void> {
    if (isUploadId(caseId)) await (await this.#store()).delete(caseId);
  }

  /** Notes that a case is in use. */
  async touch(caseId: string): Promise<void> {
    const usedAt = await this.usedAt(caseId);
    if (usedAt !== null && Date.now() - usedAt.getTime() > touchedMs) {
      await (await this.#store()).touch(caseId);
    }
  }

  /** When a case was last used; null when there is none. */
  async usedAt(caseId: string): Promise<Date | null> {
    return isUploadId(caseId) ? (await this.#store()).usedAt(caseId) : null;
  }

  /** Id of the database that the cases belong to; null where nobody has said so yet. */
  async owner(): Promise<string | null> {
    return (await this.#store()).owner();
  }

  async setOwner(databaseId: string): Promise<void> {
    await (await this.#store()).setOwner(databaseId);
  }

  /** All cases, for whoever sees to their end. */
  async *stored(): AsyncGenerator<readonly { readonly id: string; readonly usedAt: Date }[]> {
    yield* (await this.#store()).list();
  }
}

/** A use is noted at most so often: a page asks for each image by itself. */
const touchedMs = 60_000;

/** @throws AtollError CASE_INCOMPLETE when what is stored of a case is damaged. */
function parseAbout(text: string): z.infer<typeof About> {
  try {
    return About.parse(JSON.parse(text));
  } catch (cause) {
    throw new AtollError('CASE_INCOMPLETE', undefined, { cause });
  }
}
