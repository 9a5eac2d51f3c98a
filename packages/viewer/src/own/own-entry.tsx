import { useState } from 'react';
import { Button } from 'react-aria-components';
import { loadBench } from './bench.ts';
import type { OwnCase } from './use-own-case.ts';

type Props = { readonly ownCase: OwnCase; readonly onShow: () => void };

/** The way in for images that the reader has himself; stands above the cases, whatever becomes of those. */
export function OwnEntry({ ownCase, onShow }: Props) {
  const { step } = ownCase.own.state;
  const has = step !== 'closed' && step !== 'choosing';
  const [loaded, setLoaded] = useState(false);
  const near = () => {
    // Too early is no harm, and too late would ask for code when files are there.
    loadBench().then(
      () => setLoaded(true),
      () => undefined,
    );
  };
  return (
    <section className="own-entry" aria-label="Your own images" data-shown={ownCase.shown || undefined}>
      <Button
        className="button wide"
        onPress={() => {
          near();
          ownCase.show();
          onShow();
        }}
        onHoverStart={near}
        onFocus={near}
      >
        {has ? 'Your images' : 'Your own images…'}
      </Button>
      {has ? (
        <div className="row spread">
          <span className="quiet">In this page alone</span>
          {step === 'made' && (
            <Button className="link" onPress={ownCase.sortAgain}>
              What is what
            </Button>
          )}
          <Button className="link" onPress={ownCase.discard}>
            Discard
          </Button>
        </div>
      ) : (
        <p className="quiet">
          NIfTI, DICOM or ZIP. Or drop them anywhere.{loaded && ' Works offline from here on.'}
        </p>
      )}
    </section>
  );
}
