import type { CaseList, CaseSourceState } from '@atoll/contract/cases';
import type { EngineList } from '@atoll/contract/engines';
import type { SegmentRequest } from '@atoll/contract/jobs';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Input, Label, ListBox, ListBoxItem, SearchField } from 'react-aria-components';
import { Failure } from '../app/failure.tsx';
import { useConnection } from '../connection/connection.ts';
import { prepareImageView } from '../images/image-view.ts';
import { isStandalone, Standalone } from '../own/standalone.tsx';
import { RunForm } from '../run/run-form.tsx';

type Props = {
  /** The way in for the reader's own images. */
  readonly own: ReactNode;
  /** Those are in view; no case of the list is. */
  readonly ownShown: boolean;
  readonly cases: UseQueryResult<CaseList>;
  readonly engines: UseQueryResult<EngineList>;
  readonly chosenId: string | null;
  readonly running: boolean;
  readonly starting: boolean;
  readonly startError: unknown;
  readonly onChoose: (caseId: string) => void;
  readonly onRun: (request: SegmentRequest) => void;
};

/** Left column: which case, and how to run it. */
export function CasePanel({ own, ownShown, cases, onChoose, chosenId, ...run }: Props) {
  const { address } = useConnection();
  const { engines } = run;
  // Who cannot be asked for cases cannot be asked for engines: that is said once.
  const lost = cases.isError && engines.isError;
  const retry = () => {
    cases.refetch();
    if (engines.isError) engines.refetch();
  };
  return (
    <aside className="column cases" aria-label="Cases">
      {own}
      <CaseChoice cases={cases} chosenId={chosenId} onChoose={onChoose} onRetry={retry} />
      {!ownShown && !lost && !isStandalone(cases.error, address) && <RunForm caseId={chosenId} {...run} />}
    </aside>
  );
}

type ChoiceProps = Pick<Props, 'cases' | 'chosenId' | 'onChoose'> & { readonly onRetry: () => void };

function CaseChoice({ cases, chosenId, onChoose, onRetry }: ChoiceProps) {
  const [wanted, setWanted] = useState('');
  const { address } = useConnection();
  if (isStandalone(cases.error, address)) return <Standalone onRetry={onRetry} />;
  if (cases.isError) return <Failure error={cases.error} onRetry={onRetry} />;
  if (cases.data === undefined) {
    const words =
      cases.fetchStatus === 'idle' ? 'Not asked for while your images are here.' : 'Loading the cases…';
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
        selectedKeys={chosenId === null ? [] : [chosenId]}
        onSelectionChange={(keys) => {
          const next = found.find(({ id }) => keys !== 'all' && keys.has(id));
          if (next !== undefined) onChoose(next.id);
        }}
        renderEmptyState={() => (
          <p className="quiet">
            {cases.data.details.length === 0 ? 'This instance has no cases.' : 'No case has these words.'}
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
  prepareImageView().catch(() => undefined);
}

/** One quiet line for each place of cases that is out of reach or passed something over. */
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
