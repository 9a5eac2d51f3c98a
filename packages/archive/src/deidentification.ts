import { createHmac, randomBytes } from 'node:crypto';
import { link, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inflated, isDeflated } from '@atoll/dicom/deflated';
import { type DeidentifyOptions, deidentify, type Refusal } from '@atoll/dicom/deidentify/deidentify';
import { Pseudonyms } from '@atoll/dicom/deidentify/pseudonyms';
import { AtollError } from '@atoll/errors/error';
import type { ArrivedFile } from './arriving-files.ts';
import { inspect } from './arriving-files.ts';
import { type FailureReason, failureReasons } from './store-answer.ts';

/** Larger ones are no image of a head. */
const mostBytes = 1 << 30;

const reasons: Readonly<Record<Refusal, FailureReason>> = {
  unreadable: failureReasons.notUnderstood,
  'no-mr-image': failureReasons.classNotSupported,
  'burned-in': failureReasons.notAuthorised,
  syntax: failureReasons.syntaxNotSupported,
  mosaic: failureReasons.notUnderstood,
};

/** Makes files over that have arrived, before anything of them is kept. */
export async function deidentifier({
  keyFile,
  dates,
}: {
  readonly keyFile: string;
  readonly dates: DeidentifyOptions['dates'];
}): Promise<(file: ArrivedFile) => Promise<ArrivedFile | FailureReason>> {
  const key = await readKey(keyFile);
  const pseudonyms = new Pseudonyms((purpose, text) =>
    createHmac('sha256', key).update(`${purpose}\0${text}`).digest(),
  );
  return async ({ path, sizeBytes }) => {
    if (sizeBytes > mostBytes) return failureReasons.outOfResources;
    const bytes = new Uint8Array(await readFile(path));
    const made = deidentify(isDeflated(bytes) ? await inflated(bytes) : bytes, { pseudonyms, dates });
    if (typeof made === 'string') return reasons[made];
    // In its place: of what came nothing stays on the disk.
    await rm(path);
    await writeFile(path, made, { flag: 'wx', mode: 0o600 });
    return (await inspect(path)) ?? failureReasons.notUnderstood;
  };
}

/**
 * The secret that pseudonyms are made with. Made where there is none; who makes it at the same time takes the first.
 * @throws AtollError DEIDENTIFY_KEY_UNUSABLE when others may read it, or it is none.
 */
async function readKey(path: string): Promise<Buffer> {
  try {
    const found = await stat(path).catch(() => null);
    if (found === null) await makeKey(path);
    else if ((found.mode & 0o077) !== 0) throw new Error('others may read it; its mode must be 0600');
    const text = (await readFile(path, 'utf8')).trim();
    if (!/^[0-9a-f]{64}$/.test(text)) throw new Error('it does not hold 64 hexadecimal digits');
    return Buffer.from(text, 'hex');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it cannot be read';
    throw new AtollError('DEIDENTIFY_KEY_UNUSABLE', `The key for pseudonyms cannot be used: ${why}.`, {
      cause,
    });
  }
}

/** Whole or not at all: half a key would make other pseudonyms. */
async function makeKey(path: string): Promise<void> {
  const draft = join(dirname(path), `.key-${randomBytes(8).toString('hex')}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString('hex')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await link(draft, path).catch((thrown: unknown) => {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  });
  await rm(draft);
}
