import { join } from 'node:path';
import type { CaseOfUploads } from '@atoll/contract/cases';
import { AtollError } from '@atoll/errors/error';
import type { Received, ReceivedFile, UploadLimits } from '@atoll/reception/received';
import type { ResumableUploads } from './resumable.ts';

/** Files of uploads, taken away to a folder; either they become a case, or they go back. */
export type Claim = { readonly received: Received; keep(): Promise<void>; giveBack(): Promise<void> };

/**
 * Takes the files of complete uploads. When one of them cannot be had, all stay where they are.
 * @throws AtollError UPLOAD_UNKNOWN, UPLOAD_INCOMPLETE, UPLOAD_TOO_LARGE, UPLOAD_TOO_MANY_FILES, REQUEST_INVALID
 */
export async function claimUploads(
  { files: wanted, title, bValue }: CaseOfUploads,
  uploads: ResumableUploads,
  folder: string,
  { maxBytes, maxFiles }: UploadLimits,
): Promise<Claim> {
  if (wanted.length > maxFiles) throw new AtollError('UPLOAD_TOO_MANY_FILES');
  const roles = wanted.flatMap(({ role }) => role ?? []);
  if (
    new Set(roles).size < roles.length ||
    new Set(wanted.map(({ upload }) => upload)).size < wanted.length
  ) {
    throw new AtollError('REQUEST_INVALID', 'Two files have the same role, or one upload is listed twice.');
  }
  const files: ReceivedFile[] = [];
  const giveBack = async () => {
    for (const [at, { path }] of files.entries()) await uploads.giveBack(wanted[at].upload, path);
  };
  try {
    for (const [at, { upload, role, name }] of wanted.entries()) {
      const path = join(folder, `received-${at}`);
      const sizeBytes = await uploads.claim(upload, path);
      files.push({ path, sizeBytes, role: role ?? null, name: name ?? '' });
    }
    if (files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > maxBytes) {
      throw new AtollError('UPLOAD_TOO_LARGE');
    }
  } catch (thrown) {
    await giveBack();
    throw thrown;
  }
  return {
    received: { files, title: title ?? undefined, bValue: bValue ?? undefined },
    giveBack,
    keep: async () => {
      for (const { upload } of wanted) await uploads.remove(upload);
    },
  };
}
