import type { Lesion } from '@atoll/contract/report';
import { type KeyboardEvent as ReactKeyboardEvent, useEffect, useRef, useState } from 'react';
import { EditCanvas } from '../editing/edit-canvas.tsx';
import { useEditing } from '../editing/editing.ts';
import { useOverlays } from '../overlays/overlays.ts';
import { usePlaceKeys } from '../second-look/use-place-keys.ts';
import { Failure } from '../ui/failure.tsx';
import { type Jump, useViewing } from '../viewing/viewing.tsx';
import type { ImageSet } from './image-set.ts';
import { LayerLegend } from './layer-legend.tsx';
import { Readout } from './readout.tsx';
import { SliceSlider, slicePlaneOf } from './slice-slider.tsx';
import { Toolbar } from './toolbar.tsx';
import { useImageView, type ViewState } from './use-image-view.ts';
import { useLayers } from './use-layers.ts';
import { useShortcuts } from './use-shortcuts.ts';
import './image-pane.css';

type Props = {
  readonly images: ImageSet | null;
  readonly title: string | null;
  readonly lesions: readonly Lesion[];
};

/** Middle column: the images, the bar above them, the read-out and the slices below. */
export function ImagePane({ images, title, lesions }: Props) {
  const { display, setDisplay: onDisplay, jump } = useViewing();
  const { layers, look } = useOverlays();
  const edit = useEditing();
  // What is edited is drawn over the images, and the mask that it began from would shine through.
  const shown = edit.open === null ? display : { ...display, mask: false };
  const { host, view, state, location, retry } = useImageView(images, shown);
  const ready = state.state === 'ready';
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [layersState, retryLayers] = useLayers(ready ? view : null, layers, hidden);
  const hideOrShowLayers = () => {
    const isAnyShown = layers.some(({ id }) => !hidden.has(id));
    setHidden(new Set(isAnyShown ? layers.map(({ id }) => id) : []));
  };
  const jumped = useRef<Jump | null>(null);
  useEffect(() => {
    if (view === null || !ready || jump === null || jumped.current === jump) return;
    jumped.current = jump;
    view.goTo(jump.mm);
  }, [view, ready, jump]);
  useShortcuts(display, onDisplay, images, (mm) => view?.goTo(mm), lesions, hideOrShowLayers);
  usePlaceKeys(look, (mm) => view?.goTo(mm));

  const onKeyDown = (event: ReactKeyboardEvent) => {
    const step = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
    const plane = slicePlaneOf(display.plane);
    if (step === undefined || view === null || plane === null) return;
    event.preventDefault();
    view.goToSlice(plane, view.slices(plane).index + step);
  };
  return (
    <main className="column images" aria-label="Images">
      <Toolbar images={images} isPlain={view?.isPlain === true} display={display} onDisplay={onDisplay} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the canvas inside has the focus; NiiVue owns it */}
      <div
        className="viewport"
        data-viewer-state={state.state}
        data-plane={display.plane}
        onKeyDown={onKeyDown}
      >
        <div className="canvas-host" ref={host} />
        {ready && view !== null && <EditCanvas view={view} display={display} />}
        <ViewMessage state={state} onRetry={retry} />
        {ready && view?.isPlain === true && (
          <p className="viewport-note" role="note">
            WebGL2 is not available in this browser: slices only, without 3D and without windowing by mouse.
            Sides, mask and figures are the same.
          </p>
        )}
        {title !== null && <p className="viewport-title">{title}</p>}
      </div>
      <LayerLegend
        layers={layers}
        hidden={hidden}
        onHide={(id, hide) =>
          setHidden((before) => new Set(hide ? [...before, id] : [...before].filter((each) => each !== id)))
        }
        state={layersState}
        onRetry={retryLayers}
        is3d={display.plane === 'render'}
      />
      <SliceSlider view={ready ? view : null} plane={slicePlaneOf(display.plane)} location={location} />
      <Readout
        location={ready ? location : null}
        radiological={display.radiological}
        onConvention={(radiological) => onDisplay({ ...display, radiological })}
      />
    </main>
  );
}

function ViewMessage({ state, onRetry }: { state: ViewState; onRetry: () => void }) {
  switch (state.state) {
    case 'ready':
      return null;
    case 'empty':
      return (
        <div className="viewport-message">
          <p className="quiet">Choose a case to see its images.</p>
        </div>
      );
    case 'loading':
      return (
        <div className="viewport-message" role="status">
          <p className="quiet">
            Loading the images{state.share === null ? '…' : ` ${Math.round(100 * state.share)} %`}
          </p>
        </div>
      );
    case 'failed':
      return (
        <div className="viewport-message">
          <Failure error={state.error} onRetry={onRetry} />
        </div>
      );
  }
}
