import type { MaskEditor } from '@atoll/editor/mask-editor';
import type { Grid, Vec3 } from '@atoll/volume/volume';
import type { Pane } from '../images/pane-layer.tsx';
import { tileAt } from '../images/slice-tile.ts';
import { placeAt, type SliceOnGrid, sliceOnGrid } from './slice-on-grid.ts';
import type { Tool } from './tool.ts';

export type EditWishes = {
  /** What is in hand at this moment. */
  tool(): Tool;
  /** A click with the region tool, in fractions of voxels. */
  click(place: Vec3): void;
  /** Where the pointer is, CSS pixels of the canvas; null once it has left. */
  hover(point: { readonly x: number; readonly y: number } | null): void;
};

type Stroke = { readonly id: number; readonly type: string; readonly on: SliceOnGrid; last: PointerEvent };

/** Buttons of a pointer event: the main one, the right one (or a pen's), and the other end of a pen. */
const button = { main: 0, right: 2, penEnd: 5 } as const;

/**
 * Mouse, pen and fingers on a mask that is edited: one pointer paints. What is not for painting goes to the slices
 * below: the wheel, the middle button, and a second finger, which takes back what the first one has painted on its way
 * to the pinch. A hand that rests on the screen beside a pen does nothing.
 */
export function listenToEditPointer(
  canvas: HTMLCanvasElement,
  pane: Pane,
  grid: Grid,
  editor: MaskEditor,
  wishes: EditWishes,
  signal: AbortSignal,
): void {
  let stroke: Stroke | null = null;
  /** The finger that is on the screen and paints nothing, such as one that clicked a region. */
  let resting: PointerEvent | null = null;
  const pointOf = ({ clientX, clientY }: MouseEvent) => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const listen = <K extends keyof HTMLElementEventMap>(
    type: K,
    act: (event: HTMLElementEventMap[K]) => void,
  ) => canvas.addEventListener(type, act, { passive: false, signal });

  listen('pointerdown', (event) => {
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    if (event.pointerType === 'touch' && !event.isPrimary) {
      giveFingers(event);
      return;
    }
    const isKnown = event.button === button.main || erasesBy(event.button);
    if (!isKnown) {
      pane.giveBack(event);
      return;
    }
    const { x, y } = pointOf(event);
    const tile = tileAt(pane.view.tiles(), x, y);
    const on = tile === null ? null : sliceOnGrid(tile, grid);
    if (on === null) return;
    const { name, radiusMm, isBall } = wishes.tool();
    if (name === 'region' && event.button === button.main) {
      resting = event;
      wishes.click(placeAt(on, x, y));
      return;
    }
    if (stroke?.type === 'pen') return;
    canvas.setPointerCapture(event.pointerId);
    stroke = { id: event.pointerId, type: event.pointerType, on, last: event };
    const erases = name === 'eraser' || erasesBy(event.button) || event.shiftKey;
    editor.putDown({ radiusMm, axis: isBall ? null : on.axis }, erases ? 0 : 1, placeAt(on, x, y));
  });
  listen('pointermove', (event) => {
    if (stroke === null || stroke.id === event.pointerId) wishes.hover(pointOf(event));
    if (stroke?.id !== event.pointerId) return;
    stroke.last = event;
    // A browser hands over several places at once when it is busy.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length === 0 ? [event] : events) {
      const { x, y } = pointOf(each);
      editor.draw(placeAt(stroke.on, x, y));
    }
  });
  listen('pointerup', (event) => {
    if (event.pointerType === 'touch') wishes.hover(null);
    if (resting?.pointerId === event.pointerId) resting = null;
    if (stroke?.id !== event.pointerId) return;
    stroke = null;
    editor.lift();
  });
  listen('pointercancel', (event) => {
    wishes.hover(null);
    if (stroke?.id !== event.pointerId) return;
    stroke = null;
    editor.dropStroke();
  });
  listen('pointerleave', () => stroke === null && wishes.hover(null));
  listen('contextmenu', (event) => event.preventDefault());
  listen('wheel', (event) => {
    event.preventDefault();
    // A stroke stays in its slice.
    if (stroke === null) pane.giveBack(event);
  });

  function giveFingers(second: PointerEvent): void {
    const first = stroke?.type === 'touch' ? stroke.last : resting;
    if (stroke !== null && stroke.type !== 'touch') return;
    if (stroke !== null) editor.dropStroke();
    stroke = null;
    resting = null;
    wishes.hover(null);
    if (first !== null) {
      pane.giveBack(new PointerEvent('pointerdown', first));
    }
    pane.giveBack(second);
  }
}

/** The right button and the other end of a pen erase, whatever is in hand. */
function erasesBy(which: number): boolean {
  return which === button.right || which === button.penEnd;
}
