import type { Vec3 } from '@atoll/volume/volume';
import { type PointerEvent as ReactPointerEvent, useEffect, useRef } from 'react';
import type { Display } from '../images/display.ts';
import { maskColours } from '../images/display.ts';
import type { ImageView } from '../images/image-view.ts';
import { type PaneOnGrid, paneOnGrid, sliceColours, sliceTransform, voxelAt } from './edit-picture.ts';
import { useEditing } from './editing.ts';
import type { OpenEdit } from './open-edit.ts';
import './editing.css';

/** Bluish green of Okabe & Ito: neither the mask's nor the reference's colour. */
const previewColour = [0, 158, 115] as const;

type Props = { readonly view: ImageView; readonly display: Display };

/** The edited mask over the images, whichever view draws them, and the brush on it. */
export function EditCanvas({ view, display }: Props) {
  const edit = useEditing();
  return edit.open === null ? null : <OpenCanvas view={view} display={display} open={edit.open} />;
}

function OpenCanvas({ view, display, open }: Props & { readonly open: OpenEdit }) {
  const edit = useEditing();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointer = useRef<{ x: number; y: number } | null>(null);
  const stroke = useRef<{ id: number; on: PaneOnGrid } | null>(null);
  const newest = useRef({ edit, display });
  newest.current = { edit, display };

  // The view tells of no change of its panes; looking once a frame costs next to nothing.
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d') ?? null;
    if (element === null || context === null) return;
    const painter = new Painter(element, context, open);
    let isDirty = true;
    const unsubscribe = open.editor.subscribe(() => {
      isDirty = true;
    });
    let drawn: unknown[] = [];
    let frame = requestAnimationFrame(function look() {
      const { edit, display } = newest.current;
      const panes = view.panes();
      const at = pointer.current;
      const now = [
        JSON.stringify(panes),
        element.clientWidth,
        element.clientHeight,
        at?.x,
        at?.y,
        edit.preview,
        edit.tool,
        display,
      ];
      if (isDirty || now.some((each, n) => each !== drawn[n])) {
        [isDirty, drawn] = [false, now];
        painter.draw(panes, edit, display, at);
      }
      frame = requestAnimationFrame(look);
    });
    return () => {
      cancelAnimationFrame(frame);
      unsubscribe();
    };
  }, [view, open]);

  const paneAt = (x: number, y: number): PaneOnGrid | null => {
    const pane = view
      .panes()
      .find((each) => x >= each.x && y >= each.y && x < each.x + each.width && y < each.y + each.height);
    return pane === undefined ? null : paneOnGrid(pane, open.dwi);
  };
  const placeOf = ({ clientX, clientY }: { clientX: number; clientY: number }) => {
    const box = canvas.current?.getBoundingClientRect();
    return { x: clientX - (box?.left ?? 0), y: clientY - (box?.top ?? 0) };
  };

  const onPointerDown = (event: ReactPointerEvent) => {
    if (event.button !== 0 && event.button !== 2) return;
    const { x, y } = placeOf(event);
    const on = paneAt(x, y);
    if (on === null) return;
    event.preventDefault();
    const voxel = voxelAt(on, x, y);
    const { tool } = edit;
    if (tool.name === 'region' && event.button === 0) {
      if (isInside(edit.preview?.mask ?? null, voxel, open)) edit.takePreview();
      else edit.previewAt(voxel);
      return;
    }
    // The right button, the other end of a pen and Shift erase, whichever of the two is in hand.
    const erases = tool.name === 'eraser' || event.button === 2 || event.shiftKey;
    canvas.current?.setPointerCapture(event.pointerId);
    stroke.current = { id: event.pointerId, on };
    open.editor.putDown(
      { radiusMm: tool.radiusMm, axis: tool.isBall ? null : on.axis },
      erases ? 0 : 1,
      voxel,
    );
  };
  const onPointerMove = (event: ReactPointerEvent) => {
    pointer.current = placeOf(event);
    if (stroke.current?.id !== event.pointerId) return;
    // A browser hands over several places at once when it is busy.
    const events = event.nativeEvent.getCoalescedEvents?.() ?? [];
    for (const each of events.length === 0 ? [event] : events) {
      const { x, y } = placeOf(each);
      open.editor.draw(voxelAt(stroke.current.on, x, y));
    }
  };
  const onPointerUp = (event: ReactPointerEvent) => {
    if (stroke.current?.id !== event.pointerId) return;
    stroke.current = null;
    open.editor.lift();
  };
  const onPointerCancel = (event: ReactPointerEvent) => {
    if (stroke.current?.id !== event.pointerId) return;
    stroke.current = null;
    open.editor.dropStroke();
  };

  // React's own listener for the wheel cannot keep the page from scrolling.
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const pane = view
        .panes()
        .find((each) => x >= each.x && y >= each.y && x < each.x + each.width && y < each.y + each.height);
      if (pane === undefined || event.deltaY === 0) return;
      view.goToSlice(pane.plane, view.slices(pane.plane).index - Math.sign(event.deltaY));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [view]);

  return (
    <div className="canvas-host edit-host">
      <canvas
        ref={canvas}
        className="edit-canvas"
        data-tool={edit.tool.name}
        role="img"
        aria-label="Edited mask over the images"
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerCancel}
        onPointerLeave={() => {
          pointer.current = null;
        }}
        onContextMenu={(event) => event.preventDefault()}
      />
    </div>
  );
}

function isInside(mask: Uint8Array | null, voxel: Vec3, { dwi: { shape } }: OpenEdit): boolean {
  const [i, j, k] = voxel.map(Math.round);
  return mask !== null && mask[i + shape[0] * (j + shape[1] * k)] === 1;
}

/** Draws what is edited: each slice as pixels of one voxel, laid over its pane by one transform. */
class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #open: OpenEdit;
  readonly #slice = document.createElement('canvas');

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, open: OpenEdit) {
    this.#canvas = canvas;
    this.#context = context;
    this.#open = open;
  }

  draw(
    panes: ReturnType<ImageView['panes']>,
    { preview, tool }: Pick<ReturnType<typeof useEditing>, 'preview' | 'tool'>,
    { opacity }: Display,
    pointer: { readonly x: number; readonly y: number } | null,
  ): void {
    const context = this.#context;
    const ratio = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(this.#canvas.clientWidth * ratio);
    this.#canvas.height = Math.round(this.#canvas.clientHeight * ratio);
    context.imageSmoothingEnabled = false;
    for (const pane of panes) {
      const on = paneOnGrid(pane, this.#open.dwi);
      if (on === null) continue;
      this.#drawSlice(on, preview?.mask ?? null, opacity, ratio);
      if (pointer !== null && isWithin(pane, pointer) && (tool.name === 'brush' || tool.name === 'eraser')) {
        this.#drawBrush(pane, pointer, tool.radiusMm, ratio);
      }
    }
  }

  #drawSlice(on: PaneOnGrid, preview: Uint8Array | null, opacity: number, ratio: number): void {
    const { mask } = this.#open.editor;
    const [width, height] = [0, 1, 2].filter((axis) => axis !== on.axis).map((axis) => mask.shape[axis]);
    const picture = new ImageData(width, height);
    const alpha = Math.round(255 * Math.max(0.25, opacity));
    const colours = {
      mask: [...maskColours.mask, alpha] as const,
      preview: [...previewColour, 190] as const,
    };
    sliceColours(mask, preview, on.axis, on.slice, colours, new Uint32Array(picture.data.buffer));
    this.#slice.width = width;
    this.#slice.height = height;
    this.#slice.getContext('2d')?.putImageData(picture, 0, 0);
    const { pane } = on;
    const context = this.#context;
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.beginPath();
    context.rect(pane.x, pane.y, pane.width, pane.height);
    context.clip();
    const { a = 1, b = 0, c = 0, d = 1, e = 0, f = 0 } = sliceTransform(on);
    context.transform(a, b, c, d, e, f);
    context.drawImage(this.#slice, 0, 0);
    context.restore();
  }

  #drawBrush(
    { right, down }: ReturnType<ImageView['panes']>[number],
    { x, y }: { readonly x: number; readonly y: number },
    radiusMm: number,
    ratio: number,
  ): void {
    const context = this.#context;
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.strokeStyle = '#fff';
    context.lineWidth = 1;
    context.shadowColor = '#000';
    context.shadowBlur = 2;
    context.beginPath();
    context.ellipse(x, y, radiusMm / Math.hypot(...right), radiusMm / Math.hypot(...down), 0, 0, 2 * Math.PI);
    context.stroke();
    context.restore();
  }
}

function isWithin(
  { x, y, width, height }: ReturnType<ImageView['panes']>[number],
  point: { readonly x: number; readonly y: number },
): boolean {
  return point.x >= x && point.y >= y && point.x < x + width && point.y < y + height;
}
