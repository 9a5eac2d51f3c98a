import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

type Props = { readonly goOn: () => void; readonly stay: () => void };

/** Asked before a private result is lost that nobody has saved. */
export function DiscardQuestion({ goOn, stay }: Props) {
  return (
    <ModalOverlay className="modal-ground" isOpen isDismissable onOpenChange={(open) => !open && stay()}>
      <Modal className="modal">
        <Dialog className="dialog" role="alertdialog">
          <Heading slot="title">Leave the result unsaved?</Heading>
          <p>It is kept in this page alone, and will be gone.</p>
          <div className="row">
            <Button className="button primary" autoFocus onPress={stay}>
              Keep it
            </Button>
            <Button className="button" onPress={goOn}>
              Discard it
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
