import type { EngineList } from '@atoll/contract/engines';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { mayLook, useAccess } from '../account/access.ts';
import { useConnection } from '../connection/connection.ts';
import { isSilent, useMode } from '../mode/mode.ts';

/** The engines of the service; not requested while local images are open. */
export function useEngineList(): UseQueryResult<EngineList> {
  const { client, patience } = useConnection();
  const mode = useMode();
  const access = useAccess();
  return useQuery({
    queryKey: ['engines'],
    queryFn: ({ signal }) => patience.run((limit) => client.listEngines(limit), { signal }),
    enabled: mayLook(access) && !isSilent(mode),
  });
}
