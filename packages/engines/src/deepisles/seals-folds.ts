import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** How many of the folders of SEALS' five parts are so; that have a mask unless said otherwise. */
export function countFolds(folder: string, is: (fold: string) => boolean = hasMask): number {
  return [0, 1, 2, 3, 4].filter((fold) => is(join(folder, `fold${fold}`))).length;
}

function hasMask(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith('.nii.gz'));
  } catch {
    return false;
  }
}
