import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import '../ui/modal.css';

type Props = { readonly goOn: () => void; readonly stay: () => void };

/** Asked before a local result is lost that nobody has saved. */
export function DiscardQuestion({ goOn, stay }: Props) {
  return (
    <ModalOverlay className="modal-ground" isOpen isDismissable onOpenChange={(open) => !open && stay()}>
      <Modal className="modal">
        <Dialog className="dialog" role="alertdialog">
          <Heading slot="title">Discard the unsaved result?</Heading>
          <p>It exists only in this browser tab and will be lost.</p>
          <div className="row">
            <Button className="button primary" autoFocus onPress={stay}>
              Keep result
            </Button>
            <Button className="button" onPress={goOn}>
              Discard result
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
