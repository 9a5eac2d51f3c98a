import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { sha256 } from '@atoll/engines/sha256';
import { AtollError } from '@atoll/errors/error';
import type { CaseFiles } from '@atoll/volume/case-files';
import { gunzip, isGzip } from '@atoll/volume/gzip';
import { defaultMaxBytes } from '@atoll/volume/nifti-read';
import { z } from 'zod';
import { openCases } from './case-list.ts';
import { readImageFile } from './image-file.ts';
import { openOwnFiles } from './own-files.ts';

/** Beside a mask: which images it was made of, for `atoll revise`. */
export const inputsName = 'inputs.json';

const Correction = z.object({
  role: z.enum(['dwi', 'b0', 'adc', 'flair', 'reference']),
  image: z.string(),
  volumes: z.array(z.int()).nullable(),
});

/** Paths are relative to the folder of the result, so that both can be moved together. */
const Inputs = z.object({
  dwi: z.string().optional(),
  adc: z.string().optional(),
  flair: z.string().optional(),
  reference: z.string().optional(),
  dwiVolume: z.int().optional(),
  case: z.string().optional(),
  in: z.string().optional(),
  use: z.array(Correction).optional(),
  bValue: z.number().optional(),
  subject: z.string().optional(),
});
export type Inputs = z.infer<typeof Inputs>;

const paths = ['dwi', 'adc', 'flair', 'reference', 'in'] as const;

/** The file that names the images, as paths were given on this command line. */
export function inputsFile(inputs: Inputs, folder: string): Uint8Array {
  const named = { ...inputs };
  for (const each of paths) {
    const path = inputs[each];
    if (path !== undefined) named[each] = relative(resolve(folder), resolve(path)) || '.';
  }
  return new TextEncoder().encode(`${JSON.stringify(named, null, 2)}\n`);
}

export type ResultImages = {
  readonly files: Pick<CaseFiles, 'dwi' | 'adc'> & {
    readonly flair?: Uint8Array | undefined;
    readonly reference?: Uint8Array | undefined;
  };
  readonly dwiVolume?: number | undefined;
};

/** What a command line may name beside a result. */
type GivenInputs = Pick<Inputs, 'dwi' | 'adc' | 'flair' | 'reference' | 'dwiVolume'>;

/**
 * The images of a result: those that are named, else those that lie beside its mask, as in a ZIP of the service, else
 * those that its inputs.json names. They must be the ones that its report has the hashes of.
 * @param given on the command line.
 * @throws AtollError FILE_UNREADABLE, IMAGE_*, INTAKE_*, CASE_UNKNOWN, RESULT_INPUTS_DIFFER
 */
export async function readResultImages(
  folder: string,
  given: GivenInputs,
  hashes: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ResultImages> {
  const images = await findResultImages(folder, given, hashes, signal);
  if (images === null) throw noImages(folder);
  return images;
}

/** The same; null where nothing says which they are. @throws as `readResultImages` */
export async function findResultImages(
  folder: string,
  given: GivenInputs,
  hashes: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ResultImages | null> {
  const images = await findImages(folder, given, signal);
  if (images !== null) await checkSame(images.files, hashes);
  return images;
}

async function findImages(
  folder: string,
  given: GivenInputs,
  signal: AbortSignal,
): Promise<ResultImages | null> {
  if (given.dwi !== undefined && given.adc !== undefined) {
    return {
      files: await readNamed({ ...given, dwi: given.dwi, adc: given.adc }),
      dwiVolume: given.dwiVolume,
    };
  }
  const beside = await besideMask(folder);
  if (beside !== null) return { files: await readNamed({ ...beside, flair: given.flair ?? beside.flair }) };
  const inputs = await readInputs(folder);
  if (inputs === null) return null;
  const at = (path: string) => (isAbsolute(path) ? path : join(folder, path));
  const reference = inputs.reference === undefined ? undefined : await readImageFile(at(inputs.reference));
  if (inputs.case !== undefined) {
    const { dwi, adc, flair, reference: own } = await (await openCases()).open(inputs.case, { signal });
    return { files: { dwi, adc, flair, reference: reference ?? own } };
  }
  if (inputs.in !== undefined) {
    const own = await openOwnFiles({
      path: at(inputs.in),
      bValue: inputs.bValue,
      corrections: inputs.use ?? [],
      subject: inputs.subject,
      dryRun: false,
      signal,
      onProgress: () => undefined,
      tell: () => undefined,
    });
    if (own !== null) return { files: { ...own.files, reference: reference ?? own.files.reference } };
  }
  if (inputs.dwi === undefined || inputs.adc === undefined) return null;
  const flair = inputs.flair === undefined ? undefined : at(inputs.flair);
  const files = await readNamed({ dwi: at(inputs.dwi), adc: at(inputs.adc), flair });
  return { files: { ...files, reference }, dwiVolume: inputs.dwiVolume };
}

async function readNamed(named: {
  dwi: string;
  adc: string;
  flair?: string | undefined;
  reference?: string | undefined;
}): Promise<ResultImages['files']> {
  const optional = (path: string | undefined) => (path === undefined ? undefined : readImageFile(path));
  const [dwi, adc, flair, reference] = await Promise.all([
    readImageFile(named.dwi),
    readImageFile(named.adc),
    optional(named.flair),
    optional(named.reference),
  ]);
  return { dwi, adc, flair, reference };
}

async function besideMask(folder: string) {
  const names = await readdir(folder).catch(() => []);
  const ending = (role: string) => {
    const isRole = (name: string) =>
      [`${role}.nii.gz`, `${role}.nii`].some((end) => name === end || name.endsWith(`_${end}`));
    const found = names.filter((name) => isRole(name) && !name.includes('space-'));
    return found.length === 1 ? join(folder, found[0]) : undefined;
  };
  const [dwi, adc] = [ending('dwi'), ending('adc')];
  return dwi === undefined || adc === undefined
    ? null
    : { dwi, adc, flair: ending('flair'), reference: ending('reference') };
}

/** null where there is no such file. */
async function readInputs(folder: string): Promise<Inputs | null> {
  const text = await readFile(join(folder, inputsName), 'utf8').catch(() => null);
  try {
    if (text !== null) return Inputs.parse(JSON.parse(text));
  } catch (cause) {
    throw new AtollError('FILE_UNREADABLE', `${join(folder, inputsName)} is damaged.`, { cause });
  }
  return null;
}

function noImages(folder: string): AtollError {
  return new AtollError(
    'FILE_UNREADABLE',
    `${folder} does not say which DWI and ADC its mask was made of; name them with --dwi and --adc.`,
  );
}

/** As they are, or unpacked: the service keeps images packed that came unpacked. */
async function checkSame(
  files: ResultImages['files'],
  hashes: Readonly<Record<string, string>>,
): Promise<void> {
  for (const role of ['dwi', 'adc', 'flair'] as const) {
    const wanted = hashes[role];
    const bytes = files[role];
    if (wanted === undefined || bytes === undefined || (await sha256(bytes)) === wanted) continue;
    if (isGzip(bytes) && (await sha256(await gunzip(bytes, defaultMaxBytes))) === wanted) continue;
    throw new AtollError(
      'RESULT_INPUTS_DIFFER',
      `The ${role.toUpperCase()} is not the one that this result was made of.`,
    );
  }
}
