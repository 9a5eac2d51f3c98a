import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { CaughtFailure } from '../ui/caught-failure.tsx';
import { useModels } from './models-context.ts';
import { ModelFacts } from './models-panel.tsx';
import '../ui/modal.css';

/** Asks about the licence of a model that was dropped or chosen, or says why it was refused. */
export function ModelOffer() {
  const { offer, accept, decline } = useModels();
  if (offer === null) return null;
  const isChecking = offer.status === 'checking';
  return (
    <ModalOverlay
      className="modal-ground"
      isOpen
      isDismissable={!isChecking}
      isKeyboardDismissDisabled={isChecking}
      onOpenChange={(open) => !open && !isChecking && decline()}
    >
      <Modal className="modal">
        <Dialog className="dialog model-offer" role="alertdialog">
          {offer.status === 'checking' && (
            <>
              <Heading slot="title">Checking the model…</Heading>
              <p className="quiet" role="status">
                {offer.name} is copied into this browser and checked. Nothing is sent.
              </p>
            </>
          )}
          {offer.status === 'refused' && (
            <>
              <Heading slot="title">This model was not added</Heading>
              <CaughtFailure title={offer.name} error={offer.error} />
              <div className="row">
                <Button className="button primary" autoFocus onPress={decline}>
                  Close
                </Button>
              </div>
            </>
          )}
          {offer.status === 'asking' && (
            <>
              <Heading slot="title">Add this model to the browser?</Heading>
              <ModelFacts model={offer.staged.model} bytes={offer.staged.bytes} />
              <p className="licence">
                Its licence: <strong>{offer.staged.model.licence}</strong>
              </p>
              {offer.replaced !== null && (
                <p className="caution" role="note">
                  It replaces version {offer.replaced.model.version} of “{offer.replaced.model.title}”, which
                  is here already.
                </p>
              )}
              <p className="quiet">It is kept in this browser and never sent. Atoll has not evaluated it.</p>
              <div className="row">
                <Button className="button primary" autoFocus onPress={accept}>
                  Accept the licence and add
                </Button>
                <Button className="button" onPress={decline}>
                  Do not add
                </Button>
              </div>
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
