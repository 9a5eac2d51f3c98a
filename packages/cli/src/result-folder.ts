import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Report as ReportSchema } from '@atoll/contract/report';
import type { Report } from '@atoll/engines/report';
import { maskFileName, reportFileName } from '@atoll/engines/result-files';
import { AtollError } from '@atoll/errors/error';
import { readImageFile } from './image-file.ts';

/**
 * Mask and report of a result: a folder that `atoll segment --out` wrote, or the unpacked ZIP of a result of the
 * service.
 * @throws AtollError FILE_UNREADABLE
 */
export async function readResult(folder: string): Promise<{ mask: Uint8Array; report: Report }> {
  const [mask, text] = await Promise.all([
    readImageFile(await ownFile(folder, maskFileName)),
    readFile(await ownFile(folder, reportFileName), 'utf8').catch(() => null),
  ]);
  try {
    return { mask, report: ReportSchema.parse(JSON.parse(text ?? '')) };
  } catch (cause) {
    throw new AtollError('FILE_UNREADABLE', `${folder} holds no report of Atoll’s.`, { cause });
  }
}

/** A file of a result by its own name, or with the case's before it, as in ZIP files of the service. */
export async function ownFile(folder: string, name: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const own = names.find((each) => each === name) ?? names.find((each) => each.endsWith(`_${name}`));
  return join(folder, own ?? name);
}
