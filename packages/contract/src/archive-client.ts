import { ArchiveList, CaseFetched, StudyList, type StudySearch } from './archives.ts';
import { createAsk } from './client.ts';

/**
 * A typed client of the routes about archives, apart from the rest: few pages need it.
 * @param baseUrl and @param fetcher as of `createClient`.
 */
export function createArchiveClient(baseUrl: string, fetcher?: typeof fetch) {
  const ask = createAsk(baseUrl, fetcher);
  const post = (body: unknown, signal: AbortSignal): RequestInit => ({
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  return {
    listArchives: (signal: AbortSignal) => ask(ArchiveList, '/api/archives', { signal }),
    search: (archive: string, wanted: StudySearch, signal: AbortSignal) =>
      ask(StudyList, `/api/archives/${encodeURIComponent(archive)}/search`, post(wanted, signal)),
    /** Makes a case of a study; takes as long as the archive does. */
    fetchStudy: (archive: string, studyUid: string, signal: AbortSignal) =>
      ask(CaseFetched, `/api/archives/${encodeURIComponent(archive)}/cases`, post({ studyUid }, signal)),
  };
}
