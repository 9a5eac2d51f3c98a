import { useRef } from 'react';
import { useEditingIfAny } from '../editing/editing.ts';
import { isTyping } from '../images/use-shortcuts.ts';
import { useKeys } from '../ui/use-keys.ts';
import type { SecondLook } from './use-second-look.ts';

/**
 * Keys of the whole page for the second look: M goes to the next place that the mask may have missed, + adds the place
 * that was gone to last (the first, before any) to the mask under the tools, B shows the brain's outline.
 * Each is listed in shortcut-help.tsx.
 */
export function usePlaceKeys(
  look: SecondLook | null,
  goTo: (mm: readonly [number, number, number]) => void,
): void {
  const edit = useEditingIfAny();
  const lastId = useRef<number | null>(null);
  const handle = (event: KeyboardEvent) => {
    if (look === null || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const { missed, brain } = look;
    const key = event.key.toLowerCase();
    if (key === 'b' && brain !== null) brain.show(!brain.shown);
    if (missed.length === 0) return;
    const last = missed.findIndex(({ id }) => id === lastId.current);
    if (key === 'm') {
      const next = missed[(last + 1) % missed.length];
      lastId.current = next.id;
      goTo(next.focusMm);
    }
    if (key === '+') {
      edit?.addCandidate(missed[Math.max(0, last)]);
    }
  };
  useKeys(handle);
}
