import { AtollError } from '@atoll/errors/error';
import { type ArchiveRequest, askArchive } from './archive-request.ts';
import { isUid } from './instance-header.ts';
import { dicomBoundary, readParts } from './multipart.ts';
import { studiesAddress } from './store.ts';

export type RetrieveLimits = {
  /** Of all files together. */
  readonly maxBytes: number;
  readonly maxFiles: number;
};

/**
 * Fetches a study from an archive (WADO-RS), file by file as they come: none of them is held here.
 * @param root address of the archive’s DICOMweb service.
 * @param take reads the bytes of one file to their end.
 * @returns how many files there were.
 * @throws AtollError DICOMWEB_*, UPLOAD_TOO_LARGE, UPLOAD_TOO_MANY_FILES, JOB_CANCELLED, and what `take` throws.
 */
export async function retrieveStudy(
  root: string,
  studyUid: string,
  take: (file: AsyncIterable<Uint8Array>) => Promise<void>,
  { maxBytes, maxFiles, ...request }: RetrieveLimits & ArchiveRequest,
): Promise<number> {
  if (!isUid(studyUid)) throw new AtollError('DICOMWEB_UNANSWERED', 'This is not the UID of a study.');
  const studies = studiesAddress(root);
  const address = new URL(`${studies.origin}${studies.pathname}/${studyUid}`);
  // As they are kept: nothing is decompressed or changed on the way.
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  const { contentType, body } = await askArchive(address, accept, request);
  const boundary = dicomBoundary(contentType);
  if (boundary === null) {
    throw new AtollError(
      'DICOMWEB_UNANSWERED',
      'The DICOMweb archive answered with something else than DICOM files.',
    );
  }
  let [files, bytes] = [0, 0];
  async function* counted(pieces: AsyncIterable<Uint8Array>) {
    for await (const piece of pieces) {
      bytes += piece.length;
      if (bytes > maxBytes) throw new AtollError('UPLOAD_TOO_LARGE');
      yield piece;
    }
  }
  try {
    for await (const part of readParts(body, boundary)) {
      if (++files > maxFiles) throw new AtollError('UPLOAD_TOO_MANY_FILES');
      await take(counted(part.body));
    }
  } catch (thrown) {
    const isBroken = thrown instanceof AtollError && thrown.code === 'REQUEST_MALFORMED';
    if (!isBroken) throw thrown;
    throw new AtollError('DICOMWEB_UNREACHABLE', 'The DICOMweb archive broke off its answer.', {
      cause: thrown,
    });
  }
  return files;
}
