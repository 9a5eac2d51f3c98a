import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelDescription } from './description.ts';
import { checkFoldsIn, type ModelFiles, readDescriptionIn } from './model-check.ts';

/** The files of a folder. Links lead out of it, and are none of them. */
function filesIn(folder: string): ModelFiles {
  return {
    sizeOf: async (name) => {
      const found = await lstat(join(folder, name)).catch(() => null);
      if (found === null) return null;
      return found.isFile() ? found.size : 'other';
    },
    read: (name) => readFile(join(folder, name)),
  };
}

/** The same as `readDescriptionIn`, of a folder. @throws AtollError MODEL_INVALID */
export function readDescription(folder: string): Promise<ModelDescription> {
  return readDescriptionIn(filesIn(folder));
}

/** The same as `checkFoldsIn`, of a folder. @throws AtollError MODEL_* */
export function checkFolds(folder: string, model: ModelDescription): Promise<void> {
  return checkFoldsIn(filesIn(folder), model);
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}
