import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import './modal.css';

type Props = {
  readonly words: DiscardWords;
  readonly goOn: () => void;
  readonly stay: () => void;
};

export type DiscardWords = {
  readonly title: string;
  readonly text: string;
  readonly stay: string;
  readonly goOn: string;
};

/** Asked before something is lost that nobody has saved. */
export function DiscardQuestion({ words, goOn, stay }: Props) {
  return (
    <ModalOverlay className="modal-ground" isOpen isDismissable onOpenChange={(open) => !open && stay()}>
      <Modal className="modal">
        <Dialog className="dialog" role="alertdialog">
          <Heading slot="title">{words.title}</Heading>
          <p>{words.text}</p>
          <div className="row">
            <Button className="button primary" autoFocus onPress={stay}>
              {words.stay}
            </Button>
            <Button className="button" onPress={goOn}>
              {words.goOn}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
