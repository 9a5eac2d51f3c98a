import { caseRoles } from '@atoll/cases/source';
import { isFurtherFileName } from '@atoll/engines/overlays';
import { imageFileName, maskFileName, reportFileName } from '@atoll/jobs/segment-job';

/** Every name that a file of a job of this case can have; no other is ever looked up. */
export function isResultFileName(caseId: string, name: string): boolean {
  const names = [maskFileName, reportFileName, ...caseRoles.map((role) => imageFileName(caseId, role))];
  return names.includes(name) || isFurtherFileName(name);
}

/** What a browser calls a saved file: with the case's name in it, for one folder of downloads holds many. */
export function downloadName(caseId: string, name: string): string {
  return name.startsWith(`${caseId}_`) ? name : `${caseId}_${name}`;
}
