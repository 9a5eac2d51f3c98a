import { parseBidsName } from './bids-name.ts';
import type { Candidate } from './candidate.ts';
import type { Subject } from './proposal.ts';
import { namedBValue, plainWords, whatItIsCalled } from './words.ts';

/** Whose image it is, as its place and name have it; null where neither says. */
export function identityOf(candidate: Candidate): string | null {
  return bidsIdentity(candidate.name) ?? studyOf(candidate) ?? stemIdentity(candidate.name);
}

/** Whether two images are of different subjects, sessions or examinations by what both say. */
export function areStrangers(one: Candidate, other: Candidate): boolean {
  const [a, b] = [bidsIdentity(one.name), bidsIdentity(other.name)];
  if (a !== null && b !== null) return a !== b;
  const [study, otherStudy] = [studyOf(one), studyOf(other)];
  if (study !== null && otherStudy !== null) return study !== otherStudy;
  return false;
}

/**
 * The subjects (sessions, examinations) among images, where there are several that have a DWI of their own. What names
 * none belongs to each.
 * @param dwis ids of the candidates that are DWIs.
 */
export function subjectsOf(candidates: readonly Candidate[], dwis: ReadonlySet<string>): Subject[] {
  for (const identity of [identityOf, folderIdentity(candidates, dwis)]) {
    const groups = Map.groupBy(candidates, identity);
    const labels = [...groups.keys()].filter((label) => label !== null);
    const owners = labels.filter((label) => groups.get(label)?.some(({ id }) => dwis.has(id)));
    if (owners.length < 2) continue;
    return owners
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .map((label, at) => ({
        label: label.startsWith(studyPrefix) ? `examination ${at + 1}` : label,
        candidateIds: candidates.filter((each) => [label, null].includes(identity(each))).map(({ id }) => id),
      }));
  }
  return [];
}

const studyPrefix = 'study ';

function studyOf({ dicom }: Candidate): string | null {
  const uid = dicom?.series.studyInstanceUid ?? '';
  return uid === '' ? null : `${studyPrefix}${uid}`;
}

/** `sub-01_ses-02` of the name, else of the folders. */
function bidsIdentity(name: string): string | null {
  const entities = parseBidsName(`${name.split('/').at(-1)}.nii`)?.entities;
  const folders = name.split('/');
  const of = (key: string) => {
    const label = entities?.get(key);
    if (label !== undefined) return `${key}-${label}`;
    const isOf = (folder: string) =>
      folder.startsWith(`${key}-`) && /^[A-Za-z0-9]+$/.test(folder.slice(key.length + 1));
    return folders.find(isOf) ?? null;
  };
  const [subject, session] = [of('sub'), of('ses')];
  if (subject === null) return null;
  return session === null ? subject : `${subject}_${session}`;
}

/** What is left of a name such as `p01_dwi` without the words for images: `p01`. Too little of it names nobody. */
function stemIdentity(name: string): string | null {
  const rest = plainWords([name.split('/').at(-1) ?? ''])
    .split(' ')
    .filter((word) => whatItIsCalled(word) === null && namedBValue(word) === null)
    .join(' ');
  return /^(?=.*[a-z])(?=.*\d)[a-z]+ ?\d+$/.test(rest) &&
    !/^(b|i|s|se|ser|series|im|img|image|run|vol|dwi|scan|te|tr) ?\d+$/.test(rest)
    ? rest
    : null;
}

/** The outermost folder by which the DWIs differ, unless it is named after a kind of image. */
function folderIdentity(
  candidates: readonly Candidate[],
  dwis: ReadonlySet<string>,
): (candidate: Candidate) => string | null {
  const foldersOf = ({ name, source }: Candidate) => (source === 'dicom' ? [] : name.split('/').slice(0, -1));
  const withDwi = candidates.filter(({ id }) => dwis.has(id)).map(foldersOf);
  const depth = Math.max(0, ...withDwi.map(({ length }) => length));
  for (let level = 0; level < depth; level++) {
    const names = new Set(withDwi.map((folders) => folders[level]));
    if (names.size < 2) continue;
    const isOfPerson = (folder: string | undefined) =>
      folder !== undefined &&
      whatItIsCalled(plainWords([folder])) === null &&
      !/^(raw|nifti|nii|derivatives|results?|out(put)?)$/i.test(folder);
    return (candidate) => {
      const folder = foldersOf(candidate)[level];
      return isOfPerson(folder) ? (folder ?? null) : null;
    };
  }
  return () => null;
}
