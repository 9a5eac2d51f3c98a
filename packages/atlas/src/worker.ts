import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { AtollError, asAtollError } from '@atoll/errors/error';
import { giveWay } from '@atoll/threads/give-way';
import { readAtlas } from './atlas.ts';
import { PreparedAtlas } from './locate.ts';
import type { AtlasKind } from './regions.ts';
import type { Answer, AtlasPaths, Question } from './thread.ts';

/** The last atlas that was asked for; the next task mostly wants the same. */
let kept: { readonly key: string; readonly prepared: Promise<PreparedAtlas> } | null = null;

giveWay();

/** The far side of thread.ts: one question after the other. */
parentPort?.on('message', async (question: Question) => {
  const answer = (message: Answer, transfer: ArrayBuffer[] = []) =>
    parentPort?.postMessage(message, transfer);
  const atlas = prepare(question.paths);
  if (question.kind === 'prepare') {
    // Whoever asks next hears of what went wrong.
    atlas.catch(() => undefined);
    return;
  }
  try {
    const located = (await atlas).locate(question.task, {
      onProgress: (fraction) => answer({ kind: 'progress', fraction }),
    });
    answer({ kind: 'done', located });
  } catch (thrown) {
    kept = null;
    const { code, message } = asAtollError(thrown);
    answer({ kind: 'failed', code, message });
  }
});

function prepare(paths: AtlasPaths): Promise<PreparedAtlas> {
  const key = JSON.stringify(paths);
  if (kept?.key !== key) kept = { key, prepared: read(paths) };
  return kept.prepared;
}

async function read(paths: AtlasPaths): Promise<PreparedAtlas> {
  const bytesOf = async (kind: AtlasKind) => {
    const { path, sha256 } = paths[kind];
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new AtollError('ATLAS_MISSING', undefined, { cause });
    });
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
      throw new AtollError('ATLAS_INVALID', `The atlas file with the ${kind} labels is damaged.`);
    }
    return bytes;
  };
  const atlas = await readAtlas({
    territory: await bytesOf('territory'),
    aspects: await bytesOf('aspects'),
    pcAspects: await bytesOf('pcAspects'),
    structure: await bytesOf('structure'),
  });
  return new PreparedAtlas(atlas);
}
