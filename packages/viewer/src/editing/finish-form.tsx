import type { Verdict } from '@atoll/contract/report';
import { runsOfDifference } from '@atoll/editor/voxel-runs';
import { maskFileOf } from '@atoll/engines/mask-file';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Button, Input, Label, TextArea, TextField } from 'react-aria-components';
import { useAccess } from '../account/access.ts';
import { useConnection } from '../connection/connection.ts';
import { loadBench } from '../local-images/bench.ts';
import { DiscardQuestion, type DiscardWords } from '../ui/discard-question.tsx';
import { Failure } from '../ui/failure.tsx';
import { save } from '../ui/save.ts';
import { useEditing } from './editing.ts';

const authorKey = 'atoll-author';
const discardWords: DiscardWords = {
  title: 'Discard your changes to the mask?',
  text: 'All steps of this edit will be lost; the mask is then as it was before.',
  stay: 'Keep changes',
  goOn: 'Discard changes',
};

const titles = {
  job: 'Save as a revision',
  review: 'Save as your review',
  local: 'Save the edited mask',
} as const;

/** Who stands behind the mask, and what becomes of it: a revision of a job, or files. */
export function FinishForm() {
  const edit = useEditing();
  const { client } = useConnection();
  const { me } = useAccess();
  const queries = useQueryClient();
  const [typed, setAuthor] = useState(rememberedAuthor);
  const [note, setNote] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const { open } = edit;
  const last = open?.editor.history.last ?? null;
  // Looked for after each step, and not for each movement of the brush: a large mask has millions of voxels.
  const isChanged = useMemo(
    () =>
      open !== null && last !== null && runsOfDifference(open.editor.mask.data, open.base.data).length > 0,
    [open, last],
  );
  if (open === null) return null;
  const { source, editor, dwi } = open;
  const { end } = source;
  // Of a review it is known who reads, and of whoever has signed in.
  const account = end.kind === 'job' ? (me?.account ?? null) : null;
  const author = end.kind === 'review' ? end.rater : (account?.name ?? typed);

  const finish = async (verdict: Verdict) => {
    setBusy(true);
    setError(null);
    try {
      if (end.kind !== 'review' && account === null) rememberAuthor(author);
      const mask = new Uint8Array(maskFileOf(editor.mask, dwi.header));
      if (end.kind === 'job') {
        const review = { author, note, verdict, parent: end.parent };
        await client.revise(end.jobId, review, verdict === 'corrected' ? mask : null);
        await queries.invalidateQueries({ queryKey: ['job', end.jobId] });
      } else if (end.kind === 'review') {
        await end.give(verdict, note, verdict === 'corrected' ? mask : null);
      } else {
        const { reviseLocally } = await loadBench();
        const files = await reviseLocally(end, verdict === 'corrected' ? mask : null, {
          author,
          note,
          verdict,
        });
        for (const [name, bytes] of files) save(name, bytes);
      }
      edit.discard();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const isNamed = author.trim() !== '';
  return (
    <section className="finish" aria-label="Save the review">
      <h3>{titles[end.kind]}</h3>
      {account !== null && <p className="quiet">It bears your name: {account.name}</p>}
      {end.kind !== 'review' && account === null && (
        <TextField value={author} onChange={setAuthor} maxLength={200} isRequired>
          <Label>Your name</Label>
          <Input />
        </TextField>
      )}
      <TextField value={note} onChange={setNote} maxLength={4000}>
        <Label>Note</Label>
        <TextArea rows={2} />
      </TextField>
      <div className="button-row">
        <Button
          className="button primary"
          isDisabled={!isNamed || !isChanged || isBusy}
          onPress={() => finish('corrected')}
        >
          Save correction
        </Button>
      </div>
      <div className="button-row">
        <Button
          className="button"
          isDisabled={!isNamed || isChanged || isBusy}
          onPress={() => finish('accepted')}
        >
          Accept
        </Button>
        <Button
          className="button"
          isDisabled={!isNamed || isChanged || isBusy}
          onPress={() => finish('rejected')}
        >
          Reject
        </Button>
      </div>
      {isChanged && (
        <p className="quiet">To accept or reject the mask as it was, undo or discard your changes first.</p>
      )}
      {error !== null && <Failure error={error} />}
      <div className="button-row">
        <Button className="link" onPress={edit.stop}>
          Close (changes stay in this browser)
        </Button>
        <Button
          className="link"
          onPress={() => (editor.history.position === 0 ? edit.discard() : setAsked(true))}
        >
          Discard changes
        </Button>
      </div>
      {isAsked && <DiscardQuestion words={discardWords} goOn={edit.discard} stay={() => setAsked(false)} />}
    </section>
  );
}

/** A browser may give no storage, and even asking for it may throw. */
function rememberedAuthor(): string {
  try {
    return localStorage.getItem(authorKey) ?? '';
  } catch {
    return '';
  }
}

function rememberAuthor(author: string): void {
  try {
    localStorage.setItem(authorKey, author);
  } catch {
    // The name is typed again next time.
  }
}
