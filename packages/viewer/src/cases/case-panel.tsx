import type { CaseSourceState } from '@atoll/contract/cases';
import { useState } from 'react';
import { Input, Label, ListBox, ListBoxItem, SearchField } from 'react-aria-components';
import { CasesOrEntrance } from '../account/account-parts.tsx';
import { ArchiveEntry } from '../archives/archive-entry.tsx';
import { useConnection } from '../connection/connection.ts';
import { expectImageView } from '../images/open-image-view.ts';
import { RunForm } from '../job/run-form.tsx';
import { useEngineList } from '../job/use-engine-list.ts';
import { LocalEntry } from '../local-images/local-entry.tsx';
import { useMode } from '../mode/mode.ts';
import { useServedCase } from '../served/served-case.tsx';
import { Failure } from '../ui/failure.tsx';
import { UploadedCase } from '../upload/uploaded-case.tsx';
import { usePlace } from '../viewing/place.ts';
import { useViewing } from '../viewing/viewing.tsx';
import './case-panel.css';
import { isStandalone, Standalone } from './standalone.tsx';
import { useCaseList } from './use-case-list.ts';

/** Left column: which case, and how to run it. */
export function CasePanel() {
  const { address } = useConnection();
  const { mode } = useMode();
  const cases = useCaseList();
  const engines = useEngineList();
  // Who cannot be asked for cases cannot be asked for engines: that is said once.
  const lost = cases.isError && engines.isError;
  const canRun = mode === 'service' && !lost && !isStandalone(cases.error, address);
  return (
    <aside className="column cases" aria-label="Cases">
      <LocalEntry />
      <ArchiveEntry />
      <UploadedCase />
      <CasesOrEntrance>
        <CaseChoice />
        {canRun && <RunForm />}
      </CasesOrEntrance>
    </aside>
  );
}

function CaseChoice() {
  const [wanted, setWanted] = useState('');
  const { address } = useConnection();
  const cases = useCaseList();
  const engines = useEngineList();
  const { caseId } = useServedCase();
  const [, go] = usePlace();
  const { showTab } = useViewing();
  const retry = () => {
    cases.refetch();
    if (engines.isError) engines.refetch();
  };
  if (isStandalone(cases.error, address)) return <Standalone onRetry={retry} />;
  if (cases.isError) return <Failure error={cases.error} onRetry={retry} />;
  if (cases.data === undefined) {
    const words =
      cases.fetchStatus === 'idle' ? 'Not loaded while local images are open.' : 'Loading the cases…';
    return <div className="skeleton tall">{words}</div>;
  }
  const words = wanted.toLowerCase().split(/\s+/);
  const found = cases.data.details.filter(({ id, title, description, source }) => {
    const text = `${id} ${title} ${description} ${source}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <section className="case-choice" aria-label="Choose a case">
      <SearchField className="search" value={wanted} onChange={setWanted}>
        <Label>Cases</Label>
        <Input placeholder={`Search ${cases.data.details.length} cases`} />
      </SearchField>
      <ListBox
        className="case-list"
        aria-label="Cases"
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={caseId === null ? [] : [caseId]}
        onSelectionChange={(keys) => {
          const next = found.find(({ id }) => keys !== 'all' && keys.has(id));
          if (next === undefined) return;
          go({ caseId: next.id, jobId: null });
          showTab('images');
        }}
        renderEmptyState={() => (
          <p className="quiet">
            {cases.data.details.length === 0
              ? 'No cases are available on this instance.'
              : 'No matching cases.'}
          </p>
        )}
      >
        {found.map(({ id, title, description, source, images }) => (
          <ListBoxItem key={id} id={id} textValue={title} className="case" onHoverStart={expectImages}>
            <strong>{title}</strong>
            <span className="case-description">{description}</span>
            <span className="tags">
              <span>{source}</span>
              {images.map((role) => (
                <span key={role}>{role === 'reference' ? 'reference' : role.toUpperCase()}</span>
              ))}
            </span>
          </ListBoxItem>
        ))}
      </ListBox>
      <SourceProblems sources={cases.data.sources} />
    </section>
  );
}

/** Who points at a case is about to choose one: the code that draws its images may come meanwhile. */
function expectImages(): void {
  // Whoever opens the view hears of what went wrong.
  expectImageView().catch(() => undefined);
}

/** One quiet line for each source of cases that is out of reach or skipped something. */
function SourceProblems({ sources }: { readonly sources: readonly CaseSourceState[] }) {
  const troubled = sources.filter(({ problem }) => problem !== null);
  if (troubled.length === 0) return null;
  return (
    <div className="source-problems" role="status">
      {troubled.map(({ id, title, problem }) => (
        <p key={id} className="quiet">
          {title}: {problem}
        </p>
      ))}
    </div>
  );
}
