import type { ReviewedCase } from '@atoll/contract/review';
import { useEffect, useRef } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { Failure } from '../ui/failure.tsx';
import { useViewing } from '../viewing/viewing.tsx';
import { disagrees, type Filter, isDone } from './case-filter.ts';
import type { ReviewState } from './use-review.ts';

/** Left column: how far the reader is, and the cases. */
export function ReviewColumn({ review }: { readonly review: ReviewState }) {
  const { list, listError, listed, filter, setFilter, retry } = review;
  if (list === null) {
    return (
      <nav className="column cases review-list" aria-label="Cases">
        {listError === null ? (
          <p className="quiet">Loading the cases…</p>
        ) : (
          <Failure error={listError} onRetry={retry} />
        )}
      </nav>
    );
  }
  const done = list.cases.filter(isDone).length;
  return (
    <nav className="column cases review-list" aria-label="Cases">
      <header>
        <h2>{list.title}</h2>
        <p role="status" data-testid="progress">
          <strong className="figures">
            {done} of {list.cases.length}
          </strong>{' '}
          reviewed by {list.rater}
        </p>
        <progress max={list.cases.length} value={done} aria-label="Reviewed" />
        {list.withoutResult > 0 && (
          <p className="quiet">{list.withoutResult} without a mask are not listed.</p>
        )}
      </header>
      <FilterFields filter={filter} onFilter={setFilter} />
      {listed.length === 0 && <p className="quiet">No case fits these choices.</p>}
      <ol>
        {listed.map((each) => (
          <Row key={each.id} each={each} review={review} />
        ))}
      </ol>
    </nav>
  );
}

function Row({ each, review }: { readonly each: ReviewedCase; readonly review: ReviewState }) {
  const { showTab } = useViewing();
  const isShown = each.id === review.caseId;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isShown) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isShown]);
  const verdict = each.own?.verdict ?? null;
  return (
    <li ref={row} aria-current={isShown ? 'true' : undefined}>
      <Button
        className="list-row review-case"
        onPress={() => {
          review.goTo(each.id);
          showTab('images');
        }}
      >
        <span>
          {each.id}
          <small className="quiet">
            {verdict === null ? (each.own === null ? 'Not reviewed' : 'Note only') : verdictWords[verdict]}
            {each.seriousWarnings > 0 && <strong className="serious"> · serious warning</strong>}
            {disagrees(each) && <strong className="serious"> · disagreement</strong>}
          </small>
        </span>
        <span className="figures">{each.volumeMl.toFixed(1)} mL</span>
      </Button>
    </li>
  );
}

export const verdictWords = { accepted: 'Accepted', corrected: 'Corrected', rejected: 'Rejected' } as const;

const shows = [
  ['all', 'All'],
  ['to-do', 'Not reviewed'],
  ['done', 'Reviewed'],
  ['warnings', 'With warnings'],
  ['serious', 'With serious warnings'],
  ['disagreement', 'Disagreement'],
] as const satisfies readonly (readonly [Filter['show'], string])[];
const orders = [
  ['name', 'Name'],
  ['gravity', 'Warnings first'],
  ['volume', 'Largest first'],
  ['dice', 'Least agreement first'],
] as const satisfies readonly (readonly [Filter['order'], string])[];

type FieldsProps = { readonly filter: Filter; readonly onFilter: (filter: Filter) => void };

function FilterFields({ filter, onFilter }: FieldsProps) {
  return (
    <section className="review-filter" aria-label="Filter">
      <label>
        Show
        <select
          value={filter.show}
          onChange={({ target: { value } }) => {
            const show = shows.find(([id]) => id === value)?.[0];
            if (show !== undefined) onFilter({ ...filter, show });
          }}
        >
          {shows.map(([id, title]) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label>
        Order
        <select
          value={filter.order}
          onChange={({ target: { value } }) => {
            const order = orders.find(([id]) => id === value)?.[0];
            if (order !== undefined) onFilter({ ...filter, order });
          }}
        >
          {orders.map(([id, title]) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <Limit title="From, mL" onLimit={(fromMl) => onFilter({ ...filter, fromMl })} />
      <Limit title="To, mL" onLimit={(toMl) => onFilter({ ...filter, toMl })} />
    </section>
  );
}

type LimitProps = { readonly title: string; readonly onLimit: (limit: number | null) => void };

function Limit({ title, onLimit }: LimitProps) {
  const onChange = (text: string) => {
    const value = Number(text.replace(',', '.'));
    onLimit(text.trim() === '' || !Number.isFinite(value) ? null : value);
  };
  return (
    <TextField onChange={onChange}>
      <Label>{title}</Label>
      <Input inputMode="decimal" size={6} />
    </TextField>
  );
}
