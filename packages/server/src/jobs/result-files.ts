import { isUploadId } from '@atoll/cases/uploads/uploaded-cases';
import { isFurtherFileName } from '@atoll/engines/overlays';
import { maskFileName, reportFileName } from '@atoll/engines/result-files';
import type { Job } from '@atoll/jobs/job';
import { imageFileName } from '@atoll/jobs/segment-job';
import { caseRoles } from '@atoll/volume/case-files';

/** Every name that a file of a job of this case can have; no other is ever looked up. */
export function isResultFileName(caseId: string, name: string): boolean {
  const names = [maskFileName, reportFileName, ...caseRoles.map((role) => imageFileName(caseId, role))];
  return names.includes(name) || isFurtherFileName(name);
}

/** The same for the files of a revision, whatever its case. */
export function isRevisionFileName(name: string): boolean {
  return name === maskFileName || name === reportFileName || isFurtherFileName(name);
}

/**
 * What a case is called in the names of saved files, for one folder of downloads holds many. Never by an id that is
 * the right to see and to remove it: whoever hands on a mask does not hand on that.
 */
export function savedCaseName(caseId: string): string {
  return isUploadId(caseId) ? 'uploaded-case' : caseId;
}

/** What a browser calls a saved file. */
export function downloadName(caseId: string, name: string): string {
  const own = name.startsWith(`${caseId}_`) ? name.slice(caseId.length + 1) : name;
  return `${savedCaseName(caseId)}_${own}`;
}

/** The same of all files of a job, told apart by when it ended, to the minute. */
export function zipName({ caseId, finishedAt }: Pick<Job, 'caseId' | 'finishedAt'>): string {
  const minute = (finishedAt ?? new Date()).toISOString().slice(0, 16).replace(/[-:]/g, '');
  return `${savedCaseName(caseId)}_${minute}.zip`;
}
