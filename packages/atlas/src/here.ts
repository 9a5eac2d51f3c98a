import { AtollError } from '@atoll/errors/error';
import { type AtlasFiles, readAtlas } from './atlas.ts';
import { PreparedAtlas } from './locate.ts';
import type { Locator } from './locator.ts';

/** Computes where it is called, and holds that thread until it is done: for a worker of a page. */
export function locatorHere(files: AtlasFiles): Locator {
  let prepared: Promise<PreparedAtlas> | null = null;
  return {
    async locate(task, { signal, onProgress } = {}) {
      if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
      prepared ??= readAtlas(files).then((atlas) => new PreparedAtlas(atlas));
      return (await prepared).locate(task, { stop: signal, onProgress });
    },
  };
}
