import { useEffect, useRef } from 'react';

/**
 * Keys that go before those of the page, for as long as the component stands.
 * @param handle says whether the key meant something; then nobody else hears of it.
 */
export function useKeysFirst(handle: (event: KeyboardEvent) => boolean): void {
  const newest = useRef(handle);
  newest.current = handle;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!newest.current(event)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, []);
}

/** Listens to the keyboard for as long as the component stands; the handler of the last rendering answers. */
export function useKeys(handle: (event: KeyboardEvent) => void): void {
  const newest = useRef(handle);
  newest.current = handle;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => newest.current(event);
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
