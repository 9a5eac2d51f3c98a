import type { AtollError } from '@atoll/errors/error';
import { useEffect, useRef, useState } from 'react';
import { Button, Label, Radio, RadioGroup } from 'react-aria-components';
import { presetsOf } from '../models/how-to-run.ts';
import { useModels } from '../models/models-context.ts';
import { CaughtFailure } from '../ui/caught-failure.tsx';
import { UploadOffer } from '../upload/upload-offer.tsx';
import { useViewing } from '../viewing/viewing.tsx';
import { Chooser } from './chooser.tsx';
import { useLocalCase } from './local-case.tsx';
import { LocalEngines } from './local-engines.tsx';
import { RoleTable } from './role-table.tsx';
import { type LocalImages, type Review, stateOf } from './use-local-images.ts';
import { workAhead } from './work-ahead.ts';

type Props = {
  readonly review: Review;
  /** The images of a case are being made. */
  readonly busy: boolean;
  /** Why they could not be made. */
  readonly error: AtollError | null;
};

/** What was found in the files, as a proposal that can be corrected, and what to do with it. */
export function RoleReview(props: Props) {
  return props.review.gathered.candidates.length === 0 ? <NothingFound {...props} /> : <Found {...props} />;
}

/** Files, and no image among them. */
function NothingFound({ review }: Props) {
  const heading = useFocusOnce();
  return (
    <section className="review" aria-label="What was found">
      <h3 ref={heading} tabIndex={-1}>
        No images found in these files
      </h3>
      <IgnoredFiles review={review} />
      <Chooser />
    </section>
  );
}

function Found({ review, busy, error }: Props) {
  const { files: own, runHere } = useLocalCase();
  const { showTab } = useViewing();
  const [wanted, setWanted] = useState<string | null>(null);
  const [wantedEngine, setWantedEngine] = useState<string | null>(null);
  const models = useModels();
  const { gathered, proposal } = review;
  const { choice, missing, asksBValue } = stateOf(review);
  const heading = useFocusOnce();
  const model = models.list?.find(({ key }) => key === wantedEngine) ?? null;
  const presets = presetsOf(model);
  const preset = presets.find(({ id }) => id === wanted) ?? presets[0];
  const hasFlair = choice?.flair != null;
  const steps = choice === null ? [] : workAhead(choice, gathered.candidates);
  return (
    <section className="review" aria-label="What was found">
      <h3 ref={heading} tabIndex={-1}>
        {countOf(gathered.candidates.length, 'image')} found
      </h3>
      {proposal.problems.length > 0 && (
        <ul className="warnings" aria-label="Warnings">
          {proposal.problems.map(({ code, blocking, serious, message }) => (
            <li key={`${code} ${message}`} data-severity={blocking || serious ? 'serious' : 'caution'}>
              {message}
            </li>
          ))}
        </ul>
      )}
      {review.subjects.length > 1 && <SubjectChooser own={own} review={review} busy={busy} />}
      <RoleTable own={own} review={review} busy={busy} />
      {gathered.ignored.length > 0 && <IgnoredFiles review={review} />}
      {asksBValue && <BValueField own={own} review={review} />}
      {steps.length > 0 && (
        <section aria-label="Derived images">
          <h4>Derived images</h4>
          <ul className="plain-list">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ul>
        </section>
      )}
      {missing.length > 0 && (
        <ul className="warnings" aria-label="Missing">
          {missing.map((sentence) => (
            <li key={sentence} data-severity="caution">
              {sentence}
            </li>
          ))}
        </ul>
      )}
      <LocalEngines chosen={model} onChoose={setWantedEngine} hasFlair={hasFlair} />
      <RadioGroup className="choices inline" orientation="horizontal" value={preset.id} onChange={setWanted}>
        <Label>Preset</Label>
        {presets.map(({ id, title }) => (
          <Radio key={id} value={id} className="choice">
            {title}
          </Radio>
        ))}
        <p className="quiet">{preset.description}</p>
      </RadioGroup>
      <p className="quiet">
        One engine runs in this page. Second readers (ensembles) are not offered here, but by a service.
      </p>
      {error !== null && <CaughtFailure title="These images could not be prepared" error={error} />}
      <div className="row ways">
        <Button
          className="button primary"
          isDisabled={missing.length > 0 || busy || (model !== null && models.runtime !== 'ready')}
          onPress={async () => {
            if (await runHere({ model, preset: preset.id })) showTab('result');
          }}
        >
          {busy ? 'Preparing the images…' : 'Run locally (nothing is uploaded)'}
        </Button>
        {missing.length === 0 && <UploadOffer />}
        <Button className="button" onPress={own.open}>
          Choose other files
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

/** Of several subjects or sessions among the files, one is chosen before anything is made of them. */
function SubjectChooser({ own, review, busy }: { own: LocalImages; review: Review; busy: boolean }) {
  return (
    <RadioGroup
      className="choices inline"
      orientation="horizontal"
      value={review.subject}
      onChange={own.chooseSubject}
      isDisabled={busy}
    >
      <Label>Subject</Label>
      {review.subjects.map(({ label }) => (
        <Radio key={label} value={label} className="choice">
          {label}
        </Radio>
      ))}
    </RadioGroup>
  );
}

function IgnoredFiles({ review }: { review: Review }) {
  const { ignored } = review.gathered;
  // Thousands of files of one kind are told by their kind.
  const byReason = Map.groupBy(ignored, ({ reason }) => reason);
  return (
    <details className="ignored" open={review.gathered.candidates.length === 0}>
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

function BValueField({ own, review }: { own: LocalImages; review: Review }) {
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
        value={review.saidBValue ?? ''}
        onChange={({ target }) => own.setBValue(target.value === '' ? null : Number(target.value))}
      />
      <span className="quiet">
        Not stated in the files, and required to compute the ADC. Most stroke protocols use 1000.
      </span>
    </label>
  );
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
