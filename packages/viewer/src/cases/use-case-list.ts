import type { CaseList } from '@atoll/contract/cases';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { mayRead, useAccess } from '../account/access.ts';
import { useConnection } from '../connection/connection.ts';
import { isSilent, useMode } from '../mode/mode.ts';

/** The cases of the service; not requested while local images are open. */
export function useCaseList(): UseQueryResult<CaseList> {
  const { client, patience } = useConnection();
  const mode = useMode();
  const access = useAccess();
  return useQuery({
    queryKey: ['cases'],
    queryFn: ({ signal }) => patience.run((limit) => client.listCases(limit), { signal }),
    enabled: mayRead(access) && !isSilent(mode),
  });
}
