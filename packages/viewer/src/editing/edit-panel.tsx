import { Button } from 'react-aria-components';
import { FailureWords } from '../ui/failure.tsx';
import { EditedCandidates } from './edited-candidates.tsx';
import { EditedLesions } from './edited-lesions.tsx';
import { useEditing } from './editing.ts';
import { FinishForm } from './finish-form.tsx';
import { ToolChoice } from './tool-choice.tsx';
import type { Edit, Keeping } from './use-edit.ts';
import { useEditKeys } from './use-edit-keys.ts';
import './editing.css';

/** Right column while a mask is edited. */
export function EditPanel() {
  const edit = useEditing();
  useEditKeys(edit);
  if (edit.error !== null) {
    const { message: detail, action, code } = edit.error;
    return <FailureWords words={{ title: 'The mask cannot be edited', detail, action, code }} />;
  }
  const { open } = edit;
  if (open === null) {
    return (
      <div className="empty" role="status">
        <p>Opening the mask…</p>
      </div>
    );
  }
  const { editor } = open;
  const { volumeMl, history, lesions } = editor;
  return (
    <article className="edit-panel" aria-label="Edit mask">
      <section className="volume" aria-label="Volume of the edited mask">
        <p className="quiet">Edited volume</p>
        <p className="big figures" data-testid="edited-volume">
          {volumeMl.toFixed(volumeMl < 10 ? 2 : 1)}
          <small> mL</small>
        </p>
        <p className="quiet">
          in {lesions.count} {lesions.count === 1 ? 'lesion' : 'lesions'}
        </p>
      </section>
      <div className="button-row">
        <Button className="button" isDisabled={history.last === null} onPress={() => editor.undo()}>
          Undo
        </Button>
        <Button className="button" isDisabled={history.next === null} onPress={() => editor.redo()}>
          Redo
        </Button>
      </div>
      <KeepingWords edit={edit} keeping={edit.keeping} isResumed={open.isResumed} />
      <ToolChoice />
      <EditedLesions />
      <EditedCandidates />
      <FinishForm />
    </article>
  );
}

function KeepingWords({
  edit,
  keeping,
  isResumed,
}: {
  readonly edit: Edit;
  readonly keeping: Keeping;
  readonly isResumed: boolean;
}) {
  const steps = edit.open?.editor.history.position ?? 0;
  const words =
    keeping === 'impossible'
      ? 'This browser cannot keep your changes: save them before you close the page.'
      : keeping === 'keeping'
        ? 'Keeping your changes in this browser…'
        : steps === 0
          ? 'Your changes are kept in this browser until you save or discard them.'
          : `${steps} ${steps === 1 ? 'change' : 'changes'} kept in this browser${isResumed ? ', from an earlier visit on' : ''}.`;
  return (
    <p className={keeping === 'impossible' ? 'notice' : 'quiet'} role="status" data-keeping={keeping}>
      {words}
    </p>
  );
}
