import { presetChoices } from '@atoll/engines/diffusion/placed-engine';
import type { AtollError } from '@atoll/errors/error';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button, Label, Radio, RadioGroup } from 'react-aria-components';
import { Chooser } from './chooser.tsx';
import { ImageTable } from './image-table.tsx';
import { ReadingFailure } from './reading-failure.tsx';
import { type OwnImages, type Sorting, stateOf } from './use-own-images.ts';
import { workAhead } from './work-ahead.ts';

type Props = {
  readonly own: OwnImages;
  readonly sorting: Sorting;
  /** The images of a case are being made. */
  readonly busy: boolean;
  /** Why they could not be made. */
  readonly error: AtollError | null;
  readonly onRunHere: (preset: string) => void;
  /** Another way than to run it here. */
  readonly offer: ReactNode;
};

/** What was found in the files, as a proposal that can be corrected, and what to do with it. */
export function SortingView(props: Props) {
  return props.sorting.gathered.candidates.length === 0 ? <NothingFound {...props} /> : <Found {...props} />;
}

/** Files, and no image among them. */
function NothingFound({ own, sorting }: Props) {
  const heading = useFocusOnce();
  return (
    <section className="sorting" aria-label="What was found">
      <h3 ref={heading} tabIndex={-1}>
        No image found in these files
      </h3>
      <IgnoredFiles sorting={sorting} />
      <Chooser own={own} />
    </section>
  );
}

function Found({ own, sorting, busy, error, onRunHere, offer }: Props) {
  const [wanted, setWanted] = useState(presetChoices[0].id);
  const { gathered, proposal } = sorting;
  const { choice, missing, asksBValue } = stateOf(sorting);
  const heading = useFocusOnce();
  const preset = presetChoices.find(({ id }) => id === wanted) ?? presetChoices[0];
  const steps = choice === null ? [] : workAhead(choice, gathered.candidates);
  return (
    <section className="sorting" aria-label="What was found">
      <h3 ref={heading} tabIndex={-1}>
        {countOf(gathered.candidates.length, 'image')} found
      </h3>
      {proposal.problems.length > 0 && (
        <ul className="warnings" aria-label="Please note">
          {proposal.problems.map(({ code, blocking, serious, message }) => (
            <li key={`${code} ${message}`} data-severity={blocking || serious ? 'serious' : 'caution'}>
              {message}
            </li>
          ))}
        </ul>
      )}
      {sorting.subjects.length > 1 && <SubjectChooser own={own} sorting={sorting} busy={busy} />}
      <ImageTable own={own} sorting={sorting} busy={busy} />
      {gathered.ignored.length > 0 && <IgnoredFiles sorting={sorting} />}
      {asksBValue && <BValueField own={own} sorting={sorting} />}
      {steps.length > 0 && (
        <section aria-label="What will be computed">
          <h4>What will be computed</h4>
          <ul className="plain-list">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ul>
        </section>
      )}
      {missing.length > 0 && (
        <ul className="warnings" aria-label="What is missing">
          {missing.map((sentence) => (
            <li key={sentence} data-severity="caution">
              {sentence}
            </li>
          ))}
        </ul>
      )}
      <RadioGroup className="choices inline" orientation="horizontal" value={preset.id} onChange={setWanted}>
        <Label>Preset</Label>
        {presetChoices.map(({ id, title }) => (
          <Radio key={id} value={id} className="choice">
            {title}
          </Radio>
        ))}
        <p className="quiet">{preset.description}</p>
      </RadioGroup>
      {error !== null && <ReadingFailure title="No case could be made of this" error={error} />}
      <div className="row ways">
        <Button
          className="button primary"
          isDisabled={missing.length > 0 || busy}
          onPress={() => onRunHere(preset.id)}
        >
          {busy ? 'Making the images…' : 'Run here, send nothing'}
        </Button>
        {missing.length === 0 && offer}
        <Button className="button" onPress={own.open}>
          Choose others
        </Button>
      </div>
    </section>
  );
}

/** Focus goes where the news is, for whoever cannot see that the page has changed. */
function useFocusOnce() {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return ref;
}

/** Of several subjects or sessions that were brought together, one is chosen before anything is made of them. */
function SubjectChooser({ own, sorting, busy }: { own: OwnImages; sorting: Sorting; busy: boolean }) {
  return (
    <RadioGroup
      className="choices inline"
      orientation="horizontal"
      value={sorting.subject}
      onChange={own.chooseSubject}
      isDisabled={busy}
    >
      <Label>Subject</Label>
      {sorting.subjects.map(({ label }) => (
        <Radio key={label} value={label} className="choice">
          {label}
        </Radio>
      ))}
    </RadioGroup>
  );
}

function IgnoredFiles({ sorting }: { sorting: Sorting }) {
  const { ignored } = sorting.gathered;
  // Thousands of files of one kind are told by their kind.
  const byReason = Map.groupBy(ignored, ({ reason }) => reason);
  return (
    <details className="ignored" open={sorting.gathered.candidates.length === 0}>
      <summary>{countOf(ignored.length, 'file')} not used</summary>
      <dl>
        {[...byReason].map(([reason, files]) => (
          <div key={reason}>
            <dt>{reason}</dt>
            <dd className="quiet">
              {files
                .slice(0, 5)
                .map(({ path }) => path)
                .join(', ')}
              {files.length > 5 && ` and ${files.length - 5} more`}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function BValueField({ own, sorting }: { own: OwnImages; sorting: Sorting }) {
  return (
    <label className="b-value">
      <span>b-value of the DWI, s/mm²</span>
      <input
        type="number"
        inputMode="numeric"
        min={100}
        max={5000}
        step={50}
        placeholder="1000"
        value={sorting.saidBValue ?? ''}
        onChange={({ target }) => own.setBValue(target.value === '' ? null : Number(target.value))}
      />
      <span className="quiet">
        No file says it, and without it the ADC cannot be computed. Most stroke protocols use 1000.
      </span>
    </label>
  );
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
