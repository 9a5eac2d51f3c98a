import type { CaseSummary } from '@atoll/cases/source';
import { isUploadId } from '@atoll/cases/uploads/uploaded-cases';
import { AtollError } from '@atoll/errors/error';
import type { ServerParts } from '../parts.ts';

export type FoundCase = {
  readonly summary: CaseSummary;
  /** When an uploaded case goes; null while one of its jobs has not ended, and of a case that stays. */
  readonly expiresAt: Date | null;
};

/**
 * A case by its id, listed or uploaded.
 * @throws AtollError CASE_UNKNOWN, or why a source could not be asked; CASE_EXPIRED when the case was kept for its
 *   time, also where no sweep has come yet.
 */
export async function findCase(
  { cases, jobs }: Pick<ServerParts, 'cases' | 'jobs'>,
  caseId: string,
): Promise<FoundCase> {
  if (!isUploadId(caseId)) return { summary: await cases.find(caseId), expiresAt: null };
  const summary = await cases.find(caseId).catch(async (thrown: unknown) => {
    throw (await jobs.cases.isExpired(caseId)) ? new AtollError('CASE_EXPIRED') : thrown;
  });
  const expiresAt = await jobs.cases.expiresAt(caseId);
  if (expiresAt !== null && expiresAt < new Date()) throw new AtollError('CASE_EXPIRED');
  return { summary, expiresAt };
}
