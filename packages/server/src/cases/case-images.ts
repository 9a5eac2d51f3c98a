import { createHash } from 'node:crypto';
import type { StoredFile } from '@atoll/store/store';
import { type CaseFiles, type CaseRole, caseRoles } from '@atoll/volume/case-files';
import { gzip, isGzip } from '@atoll/volume/gzip';

export type CaseImage = { readonly file: StoredFile; readonly bytes: Buffer; readonly etag: string };

type OpenCase = (caseId: string) => Promise<CaseFiles>;

/** Cases kept in memory, and how long: a page asks for the images of one case at about the same time. */
const keptCases = 4;
const keptMs = 30_000;

/**
 * The images of cases as files, each case opened once for all its images.
 * @returns a function that gives an image, or null when the case has none in this role.
 */
export function openCaseImages(openCase: OpenCase) {
  type Images = Promise<ReadonlyMap<CaseRole, CaseImage>>;
  const kept = new Map<string, Images>();

  const keep = (caseId: string, images: Images): Images => {
    kept.set(caseId, images);
    for (const oldest of [...kept.keys()].slice(0, -keptCases)) kept.delete(oldest);
    const forget = () => {
      if (kept.get(caseId) === images) kept.delete(caseId);
    };
    // Neither a failure nor an old copy is kept: the source may have something else the next time.
    images.then(() => setTimeout(forget, keptMs).unref(), forget);
    return images;
  };

  return async (caseId: string, role: CaseRole): Promise<CaseImage | null> => {
    const known = kept.get(caseId) ?? keep(caseId, openCase(caseId).then(packImages));
    return (await known).get(role) ?? null;
  };
}

async function packImages(files: CaseFiles): Promise<ReadonlyMap<CaseRole, CaseImage>> {
  const images = new Map<CaseRole, CaseImage>();
  const openedAt = new Date();
  for (const role of caseRoles) {
    const bytes = files[role];
    if (bytes !== undefined) images.set(role, await toImage(bytes, openedAt));
  }
  return images;
}

/** All are served as .nii.gz, so that a page need not know how a source stores them. */
async function toImage(bytes: Uint8Array, modifiedAt: Date): Promise<CaseImage> {
  const { buffer, byteOffset, byteLength } = isGzip(bytes) ? bytes : await gzip(bytes);
  const packed = Buffer.from(buffer, byteOffset, byteLength);
  const digest = createHash('sha256').update(packed).digest('base64url');
  const file: StoredFile = {
    sizeBytes: packed.byteLength,
    modifiedAt,
    read: ({ first, last } = { first: 0, last: packed.byteLength - 1 }) =>
      new Blob([new Uint8Array(packed.subarray(first, last + 1))]).stream(),
  };
  return { file, bytes: packed, etag: `"${digest}"` };
}
