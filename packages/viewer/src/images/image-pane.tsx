import type { Lesion } from '@atoll/contract/report';
import type { BaseRole } from '@atoll/pictures/grey-range';
import {
  type KeyboardEvent as ReactKeyboardEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useOverlays } from '../overlays/overlays.ts';
import { usePlaceKeys } from '../second-look/use-place-keys.ts';
import { Failure } from '../ui/failure.tsx';
import { type Jump, useViewing } from '../viewing/viewing.tsx';
import { baseTitles, type Display, draggedRange, shownRange } from './display.ts';
import type { ImageSet } from './image-set.ts';
import type { ImageView, Location } from './image-view.ts';
import { LayerLegend } from './layer-legend.tsx';
import { Lightbox } from './lightbox.tsx';
import { type Pane, usePaneLayer } from './pane-layer.tsx';
import { Readout } from './readout.tsx';
import { type PaneState, SlicePane } from './slice-pane.tsx';
import { SliceSlider, slicePlaneOf } from './slice-slider.tsx';
import { Toolbar } from './toolbar.tsx';
import { type FilesState, type ImageFiles, useImageFiles } from './use-image-files.ts';
import type { ViewState } from './use-image-view.ts';
import { useKeptPlace } from './use-kept-place.ts';
import { useLowAdc } from './use-low-adc.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { wholeImage } from './zoom.ts';
import './image-pane.css';

type Props = {
  readonly images: ImageSet | null;
  readonly title: string | null;
  readonly lesions: readonly Lesion[];
};

/** Middle column: the images, one or two side by side, the bar above them, the read-out and the slices below. */
export function ImagePane({ images, title, lesions }: Props) {
  const { display, setDisplay, jump } = useViewing();
  const overlays = useOverlays();
  const [files, retryFiles] = useImageFiles(images);
  const [main, setMain] = useState<PaneState | null>(null);
  const [second, setSecond] = useState<PaneState | null>(null);
  const [location, setLocation] = useState<Location | null>(null);
  const [zoom, setZoom] = useState(wholeImage);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [isLightbox, setLightbox] = useState(false);
  const lowAdc = useLowAdc(files, display.lowAdc);
  const layers = [...(lowAdc === null ? [] : [lowAdc]), ...overlays.layers];
  const beside =
    images?.urls[display.beside ?? 'dwi'] === undefined || display.plane === 'render' ? null : display.beside;
  const shown = files.state === 'ready' ? files.files : null;
  const view = viewOf(main, shown);
  const views = useRef<Record<Pane['id'], PaneState | null>>({ main: null, beside: null });
  const onState = useCallback((id: Pane['id'], state: PaneState | null) => {
    views.current[id] = state;
    (id === 'main' ? setMain : setSecond)(state);
  }, []);

  // A view that is told to follow tells of it in turn, and must not be followed then.
  const isFollowing = useRef(false);
  const onLocation = useCallback((id: Pane['id'], next: Location) => {
    if (isFollowing.current) return;
    // Both views have all images, so that either can say what is under the cursor.
    setLocation(next);
    isFollowing.current = true;
    views.current[id === 'main' ? 'beside' : 'main']?.view?.goTo(next.mm);
    isFollowing.current = false;
  }, []);
  const secondView = viewOf(second, shown);
  useEffect(() => {
    if (secondView === null || view === null) return;
    isFollowing.current = true;
    secondView.goTo(view.location().mm);
    isFollowing.current = false;
  }, [secondView, view]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another set of images is seen whole at first
  useEffect(() => setZoom(wholeImage), [images?.key]);

  useKeptPlace(view, location, images?.urls.dwi);
  const jumped = useRef<Jump | null>(null);
  useEffect(() => {
    if (view === null || jump === null || jumped.current === jump) return;
    jumped.current = jump;
    view.goTo(jump.mm);
  }, [view, jump]);
  const hideOrShowLayers = () => {
    const isAnyShown = layers.some(({ id }) => !hidden.has(id));
    setHidden(new Set(isAnyShown ? layers.map(({ id }) => id) : []));
  };
  const goTo = (mm: readonly [number, number, number]) => view?.goTo(mm);
  useShortcuts({
    display,
    onDisplay: setDisplay,
    images,
    goTo,
    lesions,
    hideOrShowLayers,
    resetZoom: () => {
      setZoom(wholeImage);
      setDisplay({ ...display, ranges: {} });
    },
    toggleLightbox: () => setLightbox((is) => !is),
  });
  usePlaceKeys(overlays.look, goTo);
  const newest = useRef(display);
  newest.current = display;
  const wishesOf = (base: BaseRole) => ({
    goTo,
    scroll: (plane: 'axial' | 'coronal' | 'sagittal', steps: number) =>
      view?.goToSlice(plane, view.slices(plane).index + steps),
    window: (right: number, up: number) => {
      const now = newest.current;
      const range = draggedRange(shownRange(base, now, view?.brightest(base) ?? 1), right, up);
      const next = { ...now, ranges: { ...now.ranges, [base]: range } };
      newest.current = next;
      setDisplay(next);
    },
    zoom: setZoom,
  });
  const onKeyDown = (event: ReactKeyboardEvent) => {
    const step = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
    const plane = slicePlaneOf(display.plane);
    if (step === undefined || view === null || plane === null || isLightbox) return;
    event.preventDefault();
    view.goToSlice(plane, view.slices(plane).index + step);
  };

  const state = stateNow(main, files);
  const isReady = state.state === 'ready' && (beside === null || secondView !== null);
  const layer = usePaneLayer();
  const displays = {
    main: usePaneDisplay(display, display.base, layer?.hidesMask('main') === true),
    beside: usePaneDisplay(display, beside ?? display.base, layer?.hidesMask('beside') === true),
  };
  const common = { files, layers, hidden, zoom, onLocation, onState };
  return (
    <main className="column images" aria-label="Images">
      <Toolbar
        images={images}
        isPlain={view?.isPlain === true}
        display={display}
        onDisplay={setDisplay}
        range={shownRange(display.base, display, view?.brightest(display.base) ?? 1)}
        isLightbox={isLightbox}
        onLightbox={setLightbox}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the canvas inside has the focus; the view owns it */}
      <div
        className="viewport"
        data-viewer-state={state.state === 'ready' && !isReady ? 'loading' : state.state}
        data-preparing={[main, ...(beside === null ? [] : [second])].some((pane) => pane?.isFinal !== true)}
        data-plane={display.plane}
        onKeyDown={onKeyDown}
      >
        <div className="panes">
          <SlicePane
            {...common}
            id="main"
            display={displays.main}
            wishes={wishesOf(display.base)}
            title={beside === null ? null : baseTitles[display.base]}
          />
          {beside !== null && (
            <SlicePane
              {...common}
              id="beside"
              display={displays.beside}
              wishes={wishesOf(beside)}
              title={baseTitles[beside]}
            />
          )}
        </div>
        <ViewMessage
          state={state}
          onRetry={() => {
            if (files.state === 'failed') retryFiles();
            else main?.retry();
          }}
        />
        {isReady && view?.isPlain === true && (
          <p className="viewport-note" role="note">
            WebGL2 is not available in this browser, or could not be started: slices only, without 3D. Sides,
            mask and figures are the same.
          </p>
        )}
        {title !== null && <p className="viewport-title">{title}</p>}
        {isLightbox && files.state === 'ready' && (
          <Lightbox
            files={files.files}
            display={display}
            onChoose={(mm) => {
              setLightbox(false);
              goTo(mm);
            }}
            onClose={() => setLightbox(false)}
          />
        )}
      </div>
      <LayerLegend
        layers={layers}
        hidden={hidden}
        onHide={(id, hide) =>
          setHidden((before) => new Set(hide ? [...before, id] : [...before].filter((each) => each !== id)))
        }
        state={main?.layers ?? { state: 'ready' }}
        onRetry={() => main?.retryLayers()}
        is3d={display.plane === 'render'}
      />
      <SliceSlider view={view} plane={slicePlaneOf(display.plane)} location={location} />
      <Readout
        location={state.state === 'ready' ? location : null}
        radiological={display.radiological}
        onConvention={(radiological) => setDisplay({ ...display, radiological })}
      />
    </main>
  );
}

/** The same object for as long as it says the same: a view draws anew whatever it is given. */
function usePaneDisplay(display: Display, base: BaseRole, hidesMask: boolean): Display {
  return useMemo(() => ({ ...display, base, mask: display.mask && !hidesMask }), [display, base, hidesMask]);
}

/** A pane's view once it shows these files; what it tells of itself comes a moment late. */
function viewOf(pane: PaneState | null, shown: ImageFiles | null): ImageView | null {
  return pane?.state.state === 'ready' && pane.state.shown === shown ? pane.view : null;
}

function stateNow(pane: PaneState | null, files: FilesState): ViewState {
  if (files.state !== 'ready') return files;
  const state = pane?.state;
  const isBehind = state === undefined || (state.state === 'ready' && state.shown !== files.files);
  return isBehind ? { state: 'loading', share: 1 } : state;
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
