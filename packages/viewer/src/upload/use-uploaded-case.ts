import type { CaseDetail } from '@atoll/contract/cases';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useConnection } from '../connection/connection.ts';

/** Ids of cases that were uploaded; knowing one is the right to see it. */
const uploadedPrefix = 'u-';

/** @param caseId null where the case is in the list. */
export function useUploadedCase(caseId: string | null): UseQueryResult<CaseDetail> {
  const { client, patience } = useConnection();
  const id = caseId?.startsWith(uploadedPrefix) ? caseId : null;
  return useQuery({
    queryKey: ['case', id],
    queryFn: ({ signal }) => patience.run((limit) => client.getCase(id ?? '', limit), { signal }),
    enabled: id !== null,
  });
}
