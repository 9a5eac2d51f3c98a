import type { CaseDetail, CaseSummary } from '@atoll/contract/cases';
import type { UseQueryResult } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { useCaseList } from '../cases/use-case-list.ts';
import { type JobQuery, useJob } from '../job/use-job.ts';
import { type Standing, useStanding } from '../job/use-standing.ts';
import { type Compared, useComparison } from '../run-history/use-comparison.ts';
import { type Runs, useRuns } from '../run-history/use-runs.ts';
import { useUploadedCase } from '../upload/use-uploaded-case.ts';
import { usePlace } from '../viewing/place.ts';

/** The case of the service that the address names: the case itself, the job on show, and the other runs of it. */
export type ServedCase = {
  readonly caseId: string | null;
  /** null while it is not known, or none is chosen. */
  readonly chosen: CaseSummary | null;
  /** Where it is in no list, but was uploaded. */
  readonly uploaded: UseQueryResult<CaseDetail>;
  readonly jobId: string | null;
  readonly job: JobQuery;
  /** What stands of it, once readers have said what they think. */
  readonly standing: Standing;
  /** Of the run that is compared with it. */
  readonly otherId: string | null;
  readonly other: JobQuery;
  readonly runs: Runs;
  readonly compared: Compared;
};

const Context = createContext<ServedCase | null>(null);

export function ServedCaseProvider({ children }: { readonly children: ReactNode }) {
  const [place] = usePlace();
  const cases = useCaseList();
  const job = useJob(place.jobId);
  const standing = useStanding(job.data ?? null);
  const caseId = job.data?.caseId ?? place.caseId;
  const listed = cases.data?.details.find((each) => each.id === caseId) ?? null;
  const uploaded = useUploadedCase(listed === null ? caseId : null);
  const otherId = place.otherId ?? null;
  const other = useJob(otherId);
  const runs = useRuns(caseId, [
    { jobId: place.jobId, query: job },
    { jobId: otherId, query: other },
  ]);
  const compared = useComparison(job.data ?? null, otherId, other);
  const chosen = listed ?? uploaded.data ?? null;
  const { jobId } = place;
  return (
    <Context value={{ caseId, chosen, uploaded, jobId, job, standing, otherId, other, runs, compared }}>
      {children}
    </Context>
  );
}

export function useServedCase(): ServedCase {
  const found = useContext(Context);
  if (found === null) throw new Error('No case of the service was given to the page.');
  return found;
}
