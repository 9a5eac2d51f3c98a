import type { Vec3 } from '@atoll/volume/volume';
import type { ImageView } from './image-view.ts';
import { mmAt, type SliceTile, tileAt } from './slice-tile.ts';
import { movedBy, type Zoom, zoomedAt } from './zoom.ts';

/** What a reader's pointer asks for. */
export type PointerWishes = {
  goTo(mm: Vec3): void;
  /** @param steps slices along the world's axis across the plane. */
  scroll(plane: SliceTile['plane'], steps: number): void;
  /** A change of the grey range, CSS pixels. */
  window(right: number, up: number): void;
  zoom(zoom: Zoom): void;
};

/** Less than this is no drag, CSS pixels. */
const slop = 4;
/** So much of a wheel is one slice, and so much of a finger's way. */
const perSlice = { wheel: 100, finger: 14 };

/**
 * Mouse, pen and fingers on the slices of a view, as in a PACS: the wheel scrolls, left drag windows, right drag zooms,
 * middle or Shift drag moves, a click sets the cursor; one finger scrolls, two pinch and move. The same for both views:
 * what NiiVue would do by itself with a slice is kept from it, what is in 3D is left to it. An element that lies over
 * the canvas (pane-layer.tsx) has its events first, and for itself.
 * @param host holds the view's canvas.
 * @param zoomNow the zoom that views go by.
 */
export function listenToPointer(
  host: HTMLElement,
  view: ImageView,
  wishes: PointerWishes,
  zoomNow: () => Zoom,
  signal: AbortSignal,
): void {
  // The view may change its canvas, though never while it is pressed.
  let canvas = host.querySelector('canvas');
  const down = new Map<number, { x: number; y: number }>();
  let drag: Drag | null = null;
  let wheel = 0;
  const at = (event: MouseEvent) => {
    const { left, top } = (canvas ?? host).getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  /** In the capture phase the host hears of it before NiiVue's own listeners on the canvas. */
  const listen = <K extends keyof HTMLElementEventMap>(
    type: K,
    act: (event: HTMLElementEventMap[K]) => void,
  ) =>
    host.addEventListener(
      type,
      (event) => {
        canvas = host.querySelector('canvas');
        if (event.target === canvas) act(event);
      },
      { capture: true, passive: false, signal },
    );
  const take = (event: Event) => {
    event.stopPropagation();
    event.preventDefault();
  };

  listen('pointerdown', (event) => {
    const point = at(event);
    const tile = tileAt(view.tiles(), point.x, point.y);
    if (tile === null) return;
    take(event);
    canvas?.focus({ preventScroll: true });
    canvas?.setPointerCapture(event.pointerId);
    down.set(event.pointerId, point);
    drag = { kind: kindOf(event), tile, start: point, last: point, hasMoved: down.size > 1, rest: 0 };
  });
  listen('pointermove', (event) => {
    const before = down.get(event.pointerId);
    if (before === undefined || drag === null) return;
    take(event);
    const point = at(event);
    if (down.size === 2) {
      const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      pinch(drag.tile, other, before, point);
    } else if (down.size === 1) {
      if (!drag.hasMoved && Math.hypot(point.x - drag.start.x, point.y - drag.start.y) < slop) return;
      drag.hasMoved = true;
      move(drag, point);
    }
    down.set(event.pointerId, point);
    drag.last = point;
  });
  const end = (event: PointerEvent) => {
    if (!down.delete(event.pointerId) || drag === null) return;
    take(event);
    if (event.type === 'pointerup' && !drag.hasMoved && drag.kind !== 'zoom') {
      const { x, y } = at(event);
      wishes.goTo(mmAt(drag.tile, x, y));
    }
    if (down.size === 0) drag = null;
  };
  listen('pointerup', end);
  listen('pointercancel', end);
  for (const type of ['mousedown', 'mouseup', 'mousemove', 'dblclick', 'contextmenu'] as const) {
    listen(type, (event) => {
      const { x, y } = at(event);
      if (drag !== null || tileAt(view.tiles(), x, y) !== null) take(event);
    });
  }
  for (const type of ['touchstart', 'touchmove', 'touchend'] as const) {
    listen(type, (event) => drag !== null && take(event));
  }
  listen('wheel', (event) => {
    const { x, y } = at(event);
    const tile = tileAt(view.tiles(), x, y);
    if (tile === null) return;
    take(event);
    // A trackpad's pinch comes as a wheel with Control.
    if (event.ctrlKey) {
      wishes.zoom(zoomedAt(zoomNow(), view.centre(), 2 ** (-event.deltaY / 100), mmAt(tile, x, y)));
      return;
    }
    // Lines and pages, not pixels: a notch of the wheel each.
    wheel +=
      event.deltaMode === WheelEvent.DOM_DELTA_PIXEL
        ? event.deltaY
        : Math.sign(event.deltaY) * perSlice.wheel;
    const steps = Math.trunc(wheel / perSlice.wheel);
    wheel -= steps * perSlice.wheel;
    if (steps !== 0) wishes.scroll(tile.plane, -steps);
  });

  /** The slice as it is now: it moves and grows under the pointer. */
  function fresh({ plane, left, top }: SliceTile): SliceTile | null {
    return (
      tileAt(view.tiles(), left + 1, top + 1) ?? view.tiles().find((tile) => tile.plane === plane) ?? null
    );
  }

  function move(now: Drag, point: Point): void {
    const [right, up] = [point.x - now.last.x, now.last.y - point.y];
    if (now.kind === 'window') wishes.window(right, up);
    if (now.kind === 'zoom') {
      const fixed = mmAt(now.tile, now.start.x, now.start.y);
      wishes.zoom(zoomedAt(zoomNow(), view.centre(), 2 ** (up / 120), fixed));
    }
    if (now.kind === 'pan') {
      const tile = fresh(now.tile) ?? now.tile;
      const [from, to] = [mmAt(tile, now.last.x, now.last.y), mmAt(tile, point.x, point.y)];
      wishes.zoom(movedBy(zoomNow(), view.centre(), from, to));
    }
    if (now.kind === 'scroll') {
      now.rest += up;
      const steps = Math.trunc(now.rest / perSlice.finger);
      now.rest -= steps * perSlice.finger;
      if (steps !== 0) wishes.scroll(now.tile.plane, steps);
    }
  }

  function pinch(began: SliceTile, other: Point, before: Point, now: Point): void {
    const tile = fresh(began) ?? began;
    const apart = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
    const middle = (point: Point) => mmAt(tile, (point.x + other.x) / 2, (point.y + other.y) / 2);
    const moved = movedBy(zoomNow(), view.centre(), middle(before), middle(now));
    const centre = moved.centreMm ?? view.centre();
    wishes.zoom(zoomedAt(moved, centre, apart(now) / apart(before), middle(before)));
  }
}

type Point = { readonly x: number; readonly y: number };
type Drag = {
  readonly kind: 'window' | 'zoom' | 'pan' | 'scroll';
  /** Where it began; the slice under it may move with it. */
  readonly tile: SliceTile;
  readonly start: Point;
  last: Point;
  hasMoved: boolean;
  /** What was moved and was not enough for a slice. */
  rest: number;
};

function kindOf(event: PointerEvent): Drag['kind'] {
  if (event.pointerType === 'touch') return 'scroll';
  if (event.button === 2) return 'zoom';
  return event.button === 1 || event.shiftKey ? 'pan' : 'window';
}
