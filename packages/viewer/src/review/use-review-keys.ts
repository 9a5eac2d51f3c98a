import { isTyping } from '../images/use-shortcuts.ts';
import { useKeys } from '../ui/use-keys.ts';

type Wishes = {
  readonly step: (by: 1 | -1) => void;
  readonly accept: () => void;
  readonly reject: () => void;
  readonly edit: () => void;
  readonly chooseMask: () => void;
  readonly writeNote: () => void;
};

/** Keys of a review; none of them is one of the images'. Each is listed in review-keys.tsx. */
export function useReviewKeys({ step, accept, reject, edit, chooseMask, writeNote }: Wishes): void {
  useKeys((event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
    switch (event.key.toLowerCase()) {
      case 'j':
        return step(1);
      case 'k':
        return step(-1);
      case 'y':
        return accept();
      case 'q':
        return reject();
      case 'g':
        return edit();
      case 'u':
        return chooseMask();
      case 'w':
        // Or the letter would be the note's first.
        event.preventDefault();
        return writeNote();
    }
  });
}
