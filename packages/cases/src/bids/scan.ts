import { parseBidsName } from '@atoll/intake/bids-name';
import { type Candidate, type Choice, chooseImages } from './choice.ts';
import { type DatasetFolder, describeDataset, isOwnWork } from './folder.ts';
import { asMeasured } from './measured-role.ts';
import { isNamedTrace, roleOf } from './role.ts';

/** One session of one subject that has DWI and ADC. */
export type BidsCase = Choice & {
  /** `sub-01` or `sub-01_ses-02`. */
  readonly id: string;
  /** Without `sub-`. */
  readonly subject: string;
  /** Without `ses-`; null where the data set has no sessions. */
  readonly session: string | null;
};

export type BidsScan = {
  readonly cases: readonly BidsCase[];
  /** What was passed over, and why: sentences without names. */
  readonly remarks: readonly string[];
};

/** Where subjects lie below a data set’s folder: BIDS, and the archives of ISLES’22 and ISLES’24. */
const rawFolders = ['.', 'rawdata', 'raw_data'];
/** Below a subject: session, kind of data, file. */
const maxDepth = 3;
const maxFilesPerSubject = 20_000;
/** Subjects looked into at the same time. */
const width = 16;

type Subject = {
  readonly name: string;
  readonly folders: { readonly path: string; readonly derived: boolean }[];
};

/** Finds the cases of a data set by names and sidecars; no image is opened. @throws AtollError FILE_UNREADABLE */
export async function scanDataset(folder: DatasetFolder): Promise<BidsScan> {
  await folder.check();
  const { subjects, misnamed } = await findSubjects(folder);
  const shared = await sharedSideCars(folder);
  const cases: BidsCase[] = [];
  let incomplete = 0;
  for (let at = 0; at < subjects.length; at += width) {
    const some = await Promise.all(
      subjects.slice(at, at + width).map((each) => scanSubject(folder, each, shared)),
    );
    for (const found of some) {
      cases.push(...found.cases);
      incomplete += found.incomplete;
    }
  }
  const remarks = [
    ...(subjects.length === 0 ? ['The BIDS folder contains no subjects (folders named sub-…).'] : []),
    ...(misnamed === 0 ? [] : [`${count(misnamed, 'subject')} skipped: the name is not a valid BIDS name.`]),
    ...(incomplete === 0 ? [] : [`${count(incomplete, 'session')} skipped: DWI or ADC is missing.`]),
  ];
  return { cases, remarks };
}

/** Those that lie above the subjects and speak for all of them. */
async function sharedSideCars(folder: DatasetFolder): Promise<string[]> {
  const found: string[] = [];
  for (const path of rawFolders) {
    for (const { name, kind } of await folder.entries(path)) {
      if (kind === 'file' && isSideCar(name)) found.push(plainPath(`${path}/${name}`));
    }
  }
  return found;
}

function isSideCar(file: string): boolean {
  return /\.(bval|bvec|json)$/.test(file);
}

async function findSubjects(folder: DatasetFolder): Promise<{ subjects: Subject[]; misnamed: number }> {
  const subjects = new Map<string, Subject>();
  let misnamed = 0;
  for (const { path, derived } of [...rawFolders.map(raw), ...(await derivativeFolders(folder))]) {
    for (const { name, kind } of await folder.entries(path)) {
      if (kind !== 'folder' || !name.startsWith('sub-')) continue;
      if (!/^sub-[A-Za-z0-9]{1,50}$/.test(name)) {
        if (!derived) misnamed++;
        continue;
      }
      const subject = subjects.get(name) ?? { name, folders: [] };
      subject.folders.push({ path: `${path}/${name}`, derived });
      // A mask of somebody without images is no case.
      if (!derived || subjects.has(name)) subjects.set(name, subject);
    }
  }
  return { subjects: [...subjects.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), misnamed };
}

function raw(path: string): { path: string; derived: boolean } {
  return { path, derived: false };
}

/** `derivatives` itself, as the ISLES sets have it, and each pipeline in it; nothing that Atoll wrote. */
async function derivativeFolders(folder: DatasetFolder): Promise<{ path: string; derived: boolean }[]> {
  const folders: { path: string; derived: boolean }[] = [];
  for (const base of ['derivatives', 'rawdata/derivatives']) {
    const pipelines = (await folder.entries(base)).filter(
      ({ name, kind }) => kind === 'folder' && !name.startsWith('sub-'),
    );
    for (const path of [base, ...pipelines.map(({ name }) => `${base}/${name}`)]) {
      if (!isOwnWork(await describeDataset(folder, path))) folders.push({ path, derived: true });
    }
  }
  return folders;
}

async function scanSubject(
  folder: DatasetFolder,
  { name, folders }: Subject,
  shared: readonly string[],
): Promise<{ cases: BidsCase[]; incomplete: number }> {
  const named: Candidate[] = [];
  const sideCars = new Set<string>(shared);
  const budget = { files: maxFilesPerSubject };
  for (const { path, derived } of folders) {
    for await (const file of filesBelow(folder, path, maxDepth, budget)) {
      if (isSideCar(file)) sideCars.add(plainPath(file));
      const candidate = asCandidate(file, name, derived);
      if (candidate !== null) named.push(candidate);
    }
  }
  const bySession = new Map<string | null, Candidate[]>();
  for (const each of named) {
    const candidate = await asMeasured(folder, each, sideCars);
    if (candidate === null) continue;
    const session = candidate.name.entities.get('ses') ?? null;
    bySession.set(session, [...(bySession.get(session) ?? []), candidate]);
  }
  const subject = name.slice('sub-'.length);
  const cases: BidsCase[] = [];
  let incomplete = 0;
  for (const [session, candidates] of bySession) {
    const choice = chooseImages(candidates, sideCars);
    const id = session === null ? name : `${name}_ses-${session}`;
    if (choice !== null && id.length <= 64) cases.push({ id, subject, session, ...choice });
    // A session of another kind, such as the CT of ISLES’24, is none the worse for having no DWI.
    else if (candidates.some(({ role, derived }) => !derived && (role === 'dwi' || role === 'adc')))
      incomplete++;
  }
  return { cases: cases.sort((a, b) => (a.id < b.id ? -1 : 1)), incomplete };
}

/** A file counts only under its own subject’s folder: a stray copy would be another patient’s image. */
function asCandidate(path: string, subject: string, derived: boolean): Candidate | null {
  const parts = path.split('/');
  const name = parseBidsName(parts.at(-1) ?? '');
  if (name === null || `sub-${name.entities.get('sub')}` !== subject) return null;
  const folderSession = parts.find((part) => part.startsWith('ses-'))?.slice('ses-'.length);
  if (folderSession !== undefined && name.entities.get('ses') !== folderSession) return null;
  const role = roleOf(name);
  return role === null
    ? null
    : { path: plainPath(path), name, role, isTrace: isNamedTrace(name, role), derived };
}

function plainPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '.')
    .join('/');
}

async function* filesBelow(
  folder: DatasetFolder,
  path: string,
  depth: number,
  budget: { files: number },
): AsyncGenerator<string> {
  for (const { name, kind } of await folder.entries(path)) {
    if (budget.files-- <= 0) return;
    if (kind === 'file') yield `${path}/${name}`;
    else if (depth > 1) yield* filesBelow(folder, `${path}/${name}`, depth - 1, budget);
  }
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
