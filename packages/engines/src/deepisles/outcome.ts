import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { sameGrid } from '@atoll/volume/affine';
import { readNifti } from '@atoll/volume/nifti-read';
import { resampleNearest } from '@atoll/volume/resample';
import type { Grid, Mask } from '@atoll/volume/volume';
import type { EngineWarning, Overlay } from '../engine.ts';
import type { Task } from './task.ts';

/** What DeepISLES left, on the DWI's own grid. */
export type Outcome = {
  readonly mask: Mask;
  readonly isEmpty: boolean;
  /** The masks of single models; those that are there. */
  readonly team: ReadonlyMap<Member, Mask>;
  readonly extras: ReadonlyMap<string, Uint8Array>;
  readonly rawFile: Uint8Array;
  readonly warnings: readonly EngineWarning[];
};

export const members = ['seals', 'nvauto', 'factorizer'] as const;
export type Member = (typeof members)[number];

const titles: Readonly<Record<Member, string>> = {
  seals: 'SEALS',
  nvauto: 'NVAUTO',
  factorizer: 'SWAN (Factorizer)',
};

export const titleOf = (member: Member): string => titles[member];

const maskName = 'lesion_msk.nii.gz';
const mniNames = ['lesion_msk-mni', 'dwi-mni', 'adc-mni', 'flair-mni', 'brain_msk-mni'];
const maxFileBytes = 512 << 20;

/**
 * Reads the results by their exact names. Nothing else in the folder is looked at, whatever its name.
 * @throws AtollError ENGINE_FAILED when the mask is missing, is no binary image, or lies nowhere near the DWI.
 */
export async function readOutcome(results: string, task: Task, staged: Grid, dwi: Grid): Promise<Outcome> {
  const rawFile = await readIfThere(join(results, maskName));
  if (rawFile === null) {
    throw new AtollError('ENGINE_FAILED', 'DeepISLES finished without a mask.');
  }
  const { onDwi, moved } = await readMask(rawFile, staged, dwi, 'the mask');
  const team = new Map<Member, Mask>();
  if (task.mode === 'ensemble') {
    for (const member of members) {
      const file = await readIfThere(join(results, 'output_teams', member, maskName));
      if (file !== null) team.set(member, (await readMask(file, staged, dwi, titles[member])).onDwi);
    }
  }
  return {
    mask: onDwi,
    isEmpty: !onDwi.data.includes(1),
    team,
    extras: task.mni ? await readMni(results) : new Map(),
    rawFile,
    warnings: moved
      ? [
          {
            code: 'MASK_RESAMPLED',
            severity: 'caution',
            message:
              'DeepISLES returned a mask on a different grid from the DWI; it was resampled onto the DWI.',
          },
        ]
      : [],
  };
}

/** What each model marked, and how many of them marked a voxel. */
export function overlaysOf(team: ReadonlyMap<Member, Mask>, grid: Grid): Overlay[] {
  const overlays: Overlay[] = [];
  const counts = new Uint8Array(grid.shape[0] * grid.shape[1] * grid.shape[2]);
  for (const [member, mask] of team) {
    overlays.push({ id: member, title: `${titles[member]} alone`, mask });
    for (let at = 0; at < counts.length; at++) counts[at] += mask.data[at];
  }
  const agreement = { shape: grid.shape, affine: grid.affine, data: counts };
  return [
    ...overlays,
    { id: 'agreement', title: 'Number of models that marked a voxel', mask: agreement, isCount: true },
  ];
}

/** A plain file of a sane size; no link, for a result must not lead out of its folder. */
async function readIfThere(path: string): Promise<Uint8Array | null> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return null;
  if (!found.isFile() || found.size > maxFileBytes) {
    throw new AtollError('ENGINE_FAILED', 'A DeepISLES output is not a regular file of plausible size.');
  }
  try {
    return await readFile(path);
  } catch (thrown) {
    throw new AtollError('ENGINE_FAILED', 'A DeepISLES output cannot be read.', { cause: thrown });
  }
}

async function readMask(
  file: Uint8Array,
  staged: Grid,
  dwi: Grid,
  what: string,
): Promise<{ onDwi: Mask; moved: boolean }> {
  const fail = (text: string, cause?: unknown) =>
    new AtollError('ENGINE_FAILED', `The DeepISLES output is not a mask (${what}): ${text}`, {
      cause,
    });
  const image = await readNifti(file).catch((thrown: unknown) => {
    throw fail(thrown instanceof AtollError ? thrown.message : 'it cannot be read.', thrown);
  });
  const data = new Uint8Array(image.data.length);
  for (let at = 0; at < data.length; at++) {
    if (image.data[at] !== 0 && image.data[at] !== 1) throw fail('it has values other than 0 and 1.');
    data[at] = image.data[at];
  }
  const mask = { shape: image.shape, affine: image.affine, data };
  const onDwi = resampleNearest(mask, dwi);
  if (data.includes(1) && !onDwi.data.includes(1)) throw fail('it does not overlap the DWI.');
  return { onDwi, moved: !sameGrid(mask, staged) };
}

async function readMni(results: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of mniNames) {
    const file = await readIfThere(join(results, 'output_mni', `${name}.nii.gz`));
    if (file !== null) files.set(name.replaceAll('_', '-'), file);
  }
  return files;
}
