import type { Vec3 } from '@atoll/volume/volume';
import { useEffect, useRef } from 'react';
import type { ImageView, Location } from './image-view.ts';

/**
 * Keeps the cursor where it is when the same DWI is shown with other files beside it, such as a revised mask: what is read
 * anew begins in the middle.
 * @param dwi names the DWI on show.
 */
export function useKeptPlace(view: ImageView | null, location: Location | null, dwi: unknown): void {
  const kept = useRef<{ readonly dwi: unknown; readonly mm: Vec3 } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each view that is ready
  useEffect(() => {
    if (view !== null && kept.current !== null && kept.current.dwi === dwi) view.goTo(kept.current.mm);
  }, [view]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a place is of the images that were there when it was told
  useEffect(() => {
    if (view !== null && location !== null) kept.current = { dwi, mm: location.mm };
  }, [location]);
}
