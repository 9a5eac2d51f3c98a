import { useEffect, useRef } from 'react';

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
