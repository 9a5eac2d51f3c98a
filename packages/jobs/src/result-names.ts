import { AtollError } from '@atoll/errors/error';

const jobIdPattern = /^[0-9a-f]{32}$/;
const namePattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

/** Only a well-formed id becomes part of a path. */
export const isJobId = (text: string): boolean => jobIdPattern.test(text);

/** Only a plain file name does: nothing hidden, no folder, nothing that climbs. */
export const isResultName = (text: string): boolean => namePattern.test(text);

/** Looked at by every store before it writes anything. @throws AtollError FILE_UNWRITABLE */
export function checkResultNames(jobId: string, files: ReadonlyMap<string, unknown>): void {
  if (!isJobId(jobId)) throw new AtollError('FILE_UNWRITABLE', 'Results are stored under the id of a job.');
  for (const name of files.keys()) {
    if (!isResultName(name)) {
      throw new AtollError('FILE_UNWRITABLE', 'A result file has a name that is not allowed.');
    }
  }
}
