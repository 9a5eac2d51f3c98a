import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useModels } from '../models/models-context.ts';
import { useViewing } from '../viewing/viewing.tsx';
import { loadBench } from './bench.ts';
import { useLocalCase } from './local-case.tsx';
import './local-entry.css';

/** The way in for images of the reader's own; stands above the cases, whatever becomes of those. */
export function LocalEntry() {
  const { files, mode, show, reviewAgain, discard } = useLocalCase();
  const { showTab } = useViewing();
  const { step } = files.state;
  const has = step !== 'closed' && step !== 'choosing';
  const [loaded, setLoaded] = useState(false);
  const { look } = useModels();
  const near = () => {
    look(has);
    // Too early is no harm, and too late would ask for code when files are there.
    loadBench().then(
      () => setLoaded(true),
      () => undefined,
    );
  };
  return (
    <section className="own-entry" aria-label="Local images" data-shown={mode.mode === 'local' || undefined}>
      <Button
        className="button wide"
        onPress={() => {
          near();
          show();
          showTab('images');
        }}
        onHoverStart={near}
        onFocus={near}
      >
        {has ? 'Local images' : 'Open local images…'}
      </Button>
      {has ? (
        <div className="row spread">
          <span className="quiet">Only in this browser tab</span>
          {step === 'made' && (
            <Button className="link" onPress={reviewAgain}>
              Review image roles
            </Button>
          )}
          <Button className="link" onPress={discard}>
            Discard
          </Button>
        </div>
      ) : (
        <p className="quiet">
          NIfTI, MetaImage, DICOM or ZIP. Or drop files anywhere.{loaded && ' Ready to work offline.'}
        </p>
      )}
    </section>
  );
}
