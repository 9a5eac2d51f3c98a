import { useCallback, useSyncExternalStore } from 'react';

/** What the address says: a shared link or a reload shows the same. */
export type Place = {
  readonly caseId: string | null;
  readonly jobId: string | null;
  /** Another run of the same case, to compare with; none where it is absent. */
  readonly otherId?: string | null;
};

const changed = 'atoll:place';

/** The place in the address bar; going somewhere adds to the browser's history. */
export function usePlace(): [Place, (place: Place) => void] {
  const search = useSyncExternalStore(subscribe, () => window.location.search);
  const go = useCallback((place: Place) => {
    const query = new URLSearchParams();
    // Which service the page speaks to is no matter of place, and must not get lost.
    const api = new URLSearchParams(window.location.search).get('api');
    if (api !== null) query.set('api', api);
    if (place.caseId !== null) query.set('case', place.caseId);
    if (place.jobId !== null) query.set('job', place.jobId);
    if (place.jobId !== null && place.otherId) query.set('with', place.otherId);
    const text = query.toString();
    const address = `${window.location.pathname}${text === '' ? '' : `?${text}`}`;
    if (address === `${window.location.pathname}${window.location.search}`) return;
    window.history.pushState(null, '', address);
    window.dispatchEvent(new Event(changed));
  }, []);
  return [readPlace(search), go];
}

export function readPlace(search: string): Place {
  const query = new URLSearchParams(search);
  const jobId = readJobId(query.get('job'));
  const otherId = readJobId(query.get('with'));
  return {
    caseId: query.get('case'),
    jobId,
    otherId: jobId === null || otherId === jobId ? null : otherId,
  };
}

function readJobId(text: string | null): string | null {
  return text !== null && /^[0-9a-f]{32}$/.test(text) ? text : null;
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('popstate', onChange);
  window.addEventListener(changed, onChange);
  return () => {
    window.removeEventListener('popstate', onChange);
    window.removeEventListener(changed, onChange);
  };
}
