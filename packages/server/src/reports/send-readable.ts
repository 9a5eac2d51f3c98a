import type { StoredFile } from '@atoll/store/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendFile } from '../answers/file-answer.ts';
import { downloadName } from '../jobs/result-files.ts';
import { type ReadableName, readableTypes } from './report-desk.ts';

type Readable = {
  readonly file: StoredFile;
  readonly name: ReadableName;
  readonly caseId: string;
  /** Before the name of the file, where it is of a revision. */
  readonly prefix?: string;
  readonly cacheControl: string;
};

/** Answers with a report to read. The same result gives the same bytes. */
export function sendReadable(
  request: FastifyRequest,
  reply: FastifyReply,
  { file, name, caseId, prefix = '', cacheControl }: Readable,
): FastifyReply {
  return sendFile(request, reply, {
    file,
    bytes: null,
    etag: `"${file.sizeBytes.toString(36)}-${file.modifiedAt.getTime().toString(36)}"`,
    contentType: readableTypes[name],
    fileName: downloadName(caseId, `${prefix}${name}`),
    cacheControl,
  });
}
