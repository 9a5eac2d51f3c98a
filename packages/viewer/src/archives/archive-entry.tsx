import { lazy, Suspense } from 'react';
import { useAccess } from '../account/access.ts';
import { useConnection } from '../connection/connection.ts';
import { useMode } from '../mode/mode.ts';
import './archive-entry.css';

/** Loaded where there is an archive to search and somebody who may. */
const ArchiveSearch = lazy(() => import('./archive-search.tsx'));

/** The way to studies of an image archive; nothing where the service knows none, and while local images are open. */
export function ArchiveEntry() {
  const { hasArchives } = useConnection();
  const { may } = useAccess();
  const { mode } = useMode();
  if (!hasArchives || !may.searchArchives || mode !== 'service') return null;
  return (
    <section className="archive-entry" aria-label="Image archive">
      <Suspense fallback={null}>
        <ArchiveSearch />
      </Suspense>
    </section>
  );
}
