import { Button } from 'react-aria-components';
import { CaughtFailure } from '../ui/caught-failure.tsx';
import { ProgressLine } from '../ui/progress-line.tsx';
import { UploadPanel } from '../upload/upload-panel.tsx';
import { Chooser } from './chooser.tsx';
import { useLocalCase } from './local-case.tsx';
import './local-panel.css';
import { RoleReview } from './role-review.tsx';

/** Middle column while local images are chosen, read and given their roles. */
export function LocalPanel() {
  return (
    <main className="column images own" aria-label="Local images">
      <div className="own-panel">
        <h2>Local images</h2>
        <Step />
      </div>
    </main>
  );
}

function Step() {
  const { files, reviewAgain } = useLocalCase();
  const { state } = files;
  switch (state.step) {
    case 'closed':
      return null;
    case 'made':
      return <UploadPanel made={state} onBack={reviewAgain} />;
    case 'choosing':
      return <Chooser />;
    case 'reading':
      return <Reading {...state} onCancel={files.cancel} />;
    case 'refused':
      return (
        <>
          <CaughtFailure title="These files could not be used" error={state.error} />
          <Chooser />
        </>
      );
    case 'review':
    case 'assembling':
      return (
        <RoleReview
          review={state.review}
          busy={state.step === 'assembling'}
          error={state.step === 'review' ? state.error : null}
        />
      );
  }
}

type ReadingProps = {
  readonly fraction: number | null;
  readonly message: string;
  readonly onCancel: () => void;
};

function Reading({ fraction, message, onCancel }: ReadingProps) {
  const percent = fraction === null ? null : Math.round(100 * fraction);
  return (
    <section aria-label="Reading" className="own-reading">
      <ProgressLine message={message} percent={percent} />
      <Button className="button" onPress={onCancel}>
        Cancel
      </Button>
    </section>
  );
}
