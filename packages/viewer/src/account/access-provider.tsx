import type { Me } from '@atoll/contract/access';
import { ServiceError } from '@atoll/contract/client';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useConnection } from '../connection/connection.ts';
import { hasToken, onRefusal } from '../connection/token-fetch.ts';
import { isSilent, useMode } from '../mode/mode.ts';
import { usePlace } from '../viewing/place.ts';
import { AccessContext, mayAll, mayNothing } from './access.ts';

/** Asks who looks at the page, where people sign in to the service; elsewhere it asks nothing. */
export function AccessProvider({ children }: { readonly children: ReactNode }) {
  const { client, patience, auth } = useConnection();
  const queries = useQueryClient();
  const mode = useMode();
  const [{ jobId, caseId }] = usePlace();
  const [isRefused, setRefused] = useState(false);
  const isAsked = isRefused || auth !== 'none' || hasToken();
  const query = useQuery({
    queryKey: ['me', jobId, caseId],
    queryFn: ({ signal }) => patience.run((limit) => client.me({ jobId, caseId }, limit), { signal }),
    enabled: isAsked && !isSilent(mode),
    placeholderData: keepPreviousData,
  });
  // A token that is not good any more: what was known by it is past.
  const isUnknown = query.error instanceof ServiceError && query.error.status === 401;
  const me = useMemo(
    () => (isUnknown ? nobody(query.data?.mode) : (query.data ?? null)),
    [isUnknown, query.data],
  );
  const refresh = () => void queries.invalidateQueries({ queryKey: ['me'] });

  useEffect(() => {
    const hear = () => {
      setRefused(true);
      void queries.invalidateQueries({ queryKey: ['me'] });
    };
    return onRefusal(hear);
  }, [queries]);

  // They may have signed in, or out, in another tab.
  useEffect(() => {
    if (!isAsked) return;
    const onShow = () => {
      if (document.visibilityState === 'visible') void queries.invalidateQueries({ queryKey: ['me'] });
    };
    document.addEventListener('visibilitychange', onShow);
    window.addEventListener('focus', onShow);
    return () => {
      document.removeEventListener('visibilitychange', onShow);
      window.removeEventListener('focus', onShow);
    };
  }, [isAsked, queries]);

  const [last, setLast] = useState<Me | null>(null);
  const isLater = me !== null && (me.account !== null || me.shares.length > 0);
  if (isLater && last !== me) setLast(me);
  const ended = endOf(last, me);

  // Somebody else is somebody else's cases and jobs.
  const who = me?.account?.id ?? null;
  const [seen, setSeen] = useState<string | null>(null);
  useEffect(() => {
    if (me === null || who === seen) return;
    setSeen(who);
    if (who !== null) {
      void queries.invalidateQueries({ predicate: ({ queryKey: [first] }) => first !== 'me' });
    }
  }, [me, who, seen, queries]);

  const may =
    me === null ? mayNothing : query.isPlaceholderData ? { ...mayNothing, run: me.may.run } : me.may;
  return (
    <AccessContext value={{ isAsked, me, may: isAsked ? may : mayAll, ended, error: query.error, refresh }}>
      {children}
    </AccessContext>
  );
}

function endOf(last: Me | null, me: Me | null): 'session' | 'share' | null {
  if (last === null || me === null || me.account !== null) return null;
  if (last.account !== null) return 'session';
  return me.shares.length < last.shares.length ? 'share' : null;
}

function nobody(mode: Me['mode'] = 'oidc'): Me {
  return { mode, account: null, shares: [], may: mayNothing };
}
