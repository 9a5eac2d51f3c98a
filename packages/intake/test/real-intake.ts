import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convertInNode } from '@atoll/dicom/convert-node';
import { examine } from '@atoll/intake/examine';
import { filesOfFolder } from '@atoll/intake/folder-files';
import { gather } from '@atoll/intake/gather';
import type { InputFile } from '@atoll/intake/input-file';
import { whyNoCase } from '@atoll/intake/refusal';
import type { Said } from '@atoll/intake/said';
import { openZip } from '@atoll/intake/zip';

const data =
  process.env.ATOLL_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
export const intakeFolder = join(data, 'intake');

/** True where the real data is not there, so that tests on it are skipped; in CI they run and fail instead. */
export const withoutIntake = !existsSync(intakeFolder) && process.env.CI !== 'true';
if (withoutIntake)
  console.warn(`Skipping tests on real uploads: ${intakeFolder} is not there (ATOLL_TEST_DATA).`);

/** What is made of these files, with images by their names. */
export async function examined(files: readonly InputFile[], answers: Said = {}) {
  const gathered = await gather(files, { convert: convertInNode });
  const { candidates, proposal } = await examine(gathered.candidates, answers);
  const { choice, problems } = proposal;
  const find = (id: string | undefined) => candidates.find((each) => each.id === id) ?? null;
  const computed = choice !== null && 'computedFrom' in choice.adc ? choice.adc.computedFrom : null;
  const said = problems.map(({ message }) => message).join(' ');
  return {
    gathered,
    candidates,
    proposal,
    choice,
    dwi: find(choice?.dwi.candidateId),
    adc: choice !== null && 'candidateId' in choice.adc ? find(choice.adc.candidateId) : null,
    b0: find(computed?.b0.candidateId),
    bValue: computed?.bValue ?? null,
    serious: problems
      .filter(({ serious }) => serious === true)
      .map(({ message }) => message)
      .join(' '),
    blocking: problems
      .filter(({ blocking }) => blocking)
      .map(({ message }) => message)
      .join(' '),
    said,
    passedOver: gathered.ignored.map(({ path, reason }) => `${path}: ${reason}`).join('\n'),
    refusal: whyNoCase(gathered, proposal) ?? '',
  };
}

export async function examinedFolder(name: string, answers: Said = {}) {
  return examined(await filesOfFolder(join(intakeFolder, name)), answers);
}

/** The files of a folder's ZIP, by their paths in it. */
export async function unzipped(
  name: string,
  zip = 'export.zip',
): Promise<{ path: string; bytes: Uint8Array }[]> {
  const [file] = await filesOfFolder(join(intakeFolder, name, zip));
  const { files } = await openZip(file);
  return Promise.all(files.map(async (each) => ({ path: each.path, bytes: await each.read() })));
}

export function realIntake(path: string): Promise<Uint8Array> {
  return readFile(join(intakeFolder, path));
}

/** A folder with these files, for as long as `work` takes. */
export async function inFolder<T>(
  files: Readonly<Record<string, Uint8Array | string>>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-intake-'));
  try {
    for (const [path, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
