import type { Lesion } from '@atoll/contract/report';
import { useRef } from 'react';
import { useKeys } from '../ui/use-keys.ts';
import type { Display } from './display.ts';
import type { ImageSet } from './image-set.ts';

type Wishes = {
  readonly display: Display;
  readonly onDisplay: (display: Display) => void;
  readonly images: ImageSet | null;
  readonly goTo: (mm: readonly [number, number, number]) => void;
  readonly lesions: readonly Lesion[];
  readonly hideOrShowLayers: () => void;
  readonly resetZoom: () => void;
  readonly toggleLightbox: () => void;
};

/** Keys of the whole page, except while someone types. Each is listed in shortcut-help.tsx. */
export function useShortcuts(wishes: Wishes): void {
  const { display, onDisplay, images, goTo, lesions } = wishes;
  const lesionAt = useRef(0);
  const handle = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const next = changed(display, event.key.toLowerCase(), images);
    if (next !== null) {
      onDisplay(next);
      return;
    }
    if (event.key.toLowerCase() === 'c') wishes.hideOrShowLayers();
    if (event.key.toLowerCase() === 'z') wishes.resetZoom();
    if (event.key.toLowerCase() === 'l') wishes.toggleLightbox();
    const step = { n: 1, p: -1 }[event.key.toLowerCase()];
    if (step === undefined || lesions.length === 0) return;
    lesionAt.current = (lesionAt.current + step + lesions.length) % lesions.length;
    goTo(lesions[lesionAt.current].focusMm);
  };
  useKeys(handle);
}

function changed(display: Display, key: string, images: ImageSet | null): Display | null {
  switch (key) {
    case '1':
      return { ...display, plane: 'axial' };
    case '2':
      return { ...display, plane: 'coronal' };
    case '3':
      return { ...display, plane: 'sagittal' };
    case '4':
      return { ...display, plane: 'all' };
    case '5':
      return { ...display, plane: 'render' };
    case 'd':
      return { ...display, base: 'dwi' };
    case 'a':
      return images?.urls.adc === undefined ? null : { ...display, base: 'adc' };
    case 'f':
      return images?.urls.flair === undefined ? null : { ...display, base: 'flair' };
    case 'o':
      return { ...display, mask: !display.mask };
    case 'e':
      return { ...display, outline: !display.outline };
    case 'r':
      return { ...display, reference: !display.reference };
    case 's':
      return withSecond(display, images);
    case 't':
      return images?.urls.adc === undefined ? null : { ...display, lowAdc: !display.lowAdc };
    default:
      return null;
  }
}

/** Lists find their entries by letters, and fields take them. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [role="listbox"]') !== null;
}

/** A second image beside the first, or none again: the ADC map beside the DWI, and the DWI beside any other. */
export function withSecond(display: Display, images: ImageSet | null): Display | null {
  if (display.beside !== null) return { ...display, beside: null };
  const second = display.base === 'dwi' ? 'adc' : 'dwi';
  return images?.urls[second] === undefined ? null : { ...display, beside: second };
}
