import type { Reading, ReviewCase } from '@atoll/contract/review';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { useEditing } from '../editing/editing.ts';
import { Failure } from '../ui/failure.tsx';
import { ReviewKeys } from './review-keys.tsx';
import { verdictWords } from './review-list.tsx';
import type { ReviewState } from './use-review.ts';
import { useReviewKeys } from './use-review-keys.ts';

type Props = { readonly review: ReviewState; readonly shown: ReviewCase };

/** What the reader says of the mask on show, and what others said once the reader has. */
export function VerdictPanel({ review, shown }: Props) {
  const { own, others } = shown.summary;
  const [note, setNote] = useState(own?.note ?? '');
  const file = useRef<HTMLInputElement>(null);
  const noteField = useRef<HTMLInputElement>(null);
  const { give, isGiving, giveError } = review;
  const edit = useEditing();
  // A note that came with the verdict is there when the reader comes back.
  const kept = own?.note ?? '';
  useEffect(() => setNote(kept), [kept]);
  const wishes = {
    step: review.step,
    accept: () => give({ verdict: 'accepted', note, mask: null }),
    reject: () => give({ verdict: 'rejected', note, mask: null }),
    edit: () => edit.start(),
    chooseMask: () => file.current?.click(),
    writeNote: () => noteField.current?.focus(),
  };
  useReviewKeys(wishes);
  return (
    <section className="verdict" aria-label="Review">
      <p role="status" data-verdict={own?.verdict ?? 'none'}>
        <strong>
          {own?.verdict == null ? 'Not reviewed' : `${verdictWords[own.verdict]} by ${own.rater}`}
        </strong>
      </p>
      <div className="button-row">
        <Button className="button primary" isDisabled={isGiving} onPress={wishes.accept}>
          Accept
        </Button>
        <Button className="button" isDisabled={isGiving} onPress={() => edit.start()}>
          Edit
        </Button>
        <Button className="button" isDisabled={isGiving} onPress={wishes.chooseMask}>
          Corrected file…
        </Button>
        <Button className="button" isDisabled={isGiving} onPress={wishes.reject}>
          Reject
        </Button>
      </div>
      <input
        ref={file}
        type="file"
        hidden
        accept=".nii,.gz,.mha,.mhd"
        aria-label="Corrected mask"
        onChange={({ target }) => {
          const mask = target.files?.[0] ?? null;
          // So that the same file can be chosen once more.
          target.value = '';
          if (mask !== null) give({ verdict: 'corrected', note, mask });
        }}
      />
      <NoteField
        note={note}
        onNote={setNote}
        onKeep={() => give({ verdict: null, note, mask: null })}
        field={noteField}
        isKept={note.trim() === kept}
      />
      {giveError !== null && <Failure error={giveError} />}
      {others.length > 0 && (
        <ul className="others" aria-label="Other readers">
          {others.map((each) => (
            <li key={each.rater}>{wordsOf(each)}</li>
          ))}
        </ul>
      )}
      <ReviewKeys />
    </section>
  );
}

type NoteProps = {
  readonly note: string;
  readonly onNote: (note: string) => void;
  readonly onKeep: () => void;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly isKept: boolean;
};

function NoteField({ note, onNote, onKeep, field, isKept }: NoteProps) {
  return (
    <TextField value={note} onChange={onNote} maxLength={2000}>
      <Label>Note</Label>
      <Input
        ref={field}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Escape') currentTarget.blur();
          if (key !== 'Enter') return;
          currentTarget.blur();
          if (!isKept) onKeep();
        }}
      />
      <small className="quiet">{isKept ? '' : 'Enter keeps it; so does a verdict.'}</small>
    </TextField>
  );
}

function wordsOf({ rater, verdict, volumeMl, note }: Reading): string {
  const said = verdict === null ? 'Note' : verdictWords[verdict];
  const volume = volumeMl === null ? '' : `, ${volumeMl.toFixed(2)} mL`;
  return `${said} by ${rater}${volume}${note === '' ? '' : `: ${note}`}`;
}
