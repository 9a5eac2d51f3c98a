import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { ProgressLine } from '../run/progress-line.tsx';
import { Chooser } from './chooser.tsx';
import { ReadingFailure } from './reading-failure.tsx';
import { SortingView } from './sorting-view.tsx';
import type { MadeCase, OwnImages } from './use-own-images.ts';

type Props = {
  readonly own: OwnImages;
  readonly onRunHere: (preset: string) => void;
  /** Offers to send what will be made. */
  readonly offer: ReactNode;
  /** What would be sent, once it is made. */
  readonly sending: (made: MadeCase) => ReactNode;
};

/** Middle column while the reader's own images are chosen, read and sorted. */
export function OwnPanel(props: Props) {
  return (
    <main className="column images own" aria-label="Your own images">
      <div className="own-panel">
        <h2>Your own images</h2>
        <OwnState {...props} />
      </div>
    </main>
  );
}

function OwnState({ own, onRunHere, offer, sending }: Props) {
  const { state } = own;
  switch (state.step) {
    case 'closed':
      return null;
    case 'made':
      return sending(state);
    case 'choosing':
      return <Chooser own={own} />;
    case 'reading':
      return <Reading {...state} onCancel={own.cancel} />;
    case 'refused':
      return (
        <>
          <ReadingFailure title="These files could not be used" error={state.error} />
          <Chooser own={own} />
        </>
      );
    case 'sorting':
    case 'assembling':
      return (
        <SortingView
          own={own}
          sorting={state.sorting}
          busy={state.step === 'assembling'}
          error={state.step === 'sorting' ? state.error : null}
          onRunHere={onRunHere}
          offer={offer}
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
