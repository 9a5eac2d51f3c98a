import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { CaseFiles, CaseRole } from '@atoll/cases/source';
import type { StoredFile } from '@atoll/jobs/result-store';

export type CaseImage = { readonly file: StoredFile; readonly etag: string };

type OpenCase = (caseId: string) => Promise<CaseFiles>;

/** Cases kept in memory: a page asks for the images of one case at about the same time. */
const keptCases = 4;

/**
 * The images of cases as files, each case opened once for all its images.
 * @returns a function that gives an image, or null when the case has none in this role.
 */
export function openCaseImages(openCase: OpenCase) {
  const kept = new Map<string, Promise<ReadonlyMap<CaseRole, CaseImage>>>();

  return async (caseId: string, role: CaseRole): Promise<CaseImage | null> => {
    const known = kept.get(caseId) ?? openCase(caseId).then(packImages);
    // Last in the map is last used.
    kept.delete(caseId);
    kept.set(caseId, known);
    for (const oldest of [...kept.keys()].slice(0, -keptCases)) kept.delete(oldest);
    try {
      return (await known).get(role) ?? null;
    } catch (thrown) {
      // A failure is not kept: the source may answer the next time.
      kept.delete(caseId);
      throw thrown;
    }
  };
}

function packImages(files: CaseFiles): ReadonlyMap<CaseRole, CaseImage> {
  const images = new Map<CaseRole, CaseImage>();
  const openedAt = new Date();
  for (const role of ['dwi', 'adc', 'flair', 'reference'] as const) {
    const bytes = files[role];
    if (bytes !== undefined) images.set(role, toImage(bytes, openedAt));
  }
  return images;
}

/** All are served as .nii.gz, so that a page need not know how a source stores them. */
function toImage(bytes: Uint8Array, modifiedAt: Date): CaseImage {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b ? bytes : gzipSync(bytes, { level: 1 });
  const digest = createHash('sha256').update(packed).digest('base64url');
  const file: StoredFile = {
    sizeBytes: packed.byteLength,
    modifiedAt,
    read: (range) =>
      new Blob([
        new Uint8Array(range === undefined ? packed : packed.subarray(range.first, range.last + 1)),
      ]).stream(),
  };
  return { file, etag: `"${digest}"` };
}
