import { useEffect, useRef } from 'react';
import type { Pane } from '../images/pane-layer.tsx';
import { useViewing } from '../viewing/viewing.tsx';
import { EditPainter } from './edit-painter.ts';
import { listenToEditPointer } from './edit-pointer.ts';
import { useEditing } from './editing.ts';
import type { OpenEdit } from './open-edit.ts';
import './editing.css';

type Props = { readonly pane: Pane; readonly open: OpenEdit };

/** The edited mask over one view of the slices, whichever view draws them, and the brush on it. */
export function EditLayer({ pane, open }: Props) {
  const edit = useEditing();
  const { display } = useViewing();
  const { tool, preview } = edit;
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointer = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const newest = useRef({ edit, display });
  newest.current = { edit, display };
  const redraw = useRef<() => void>(() => undefined);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d') ?? null;
    if (element === null || context === null) return;
    const painter = new EditPainter(element, context);
    let frame = 0;
    const draw = () => {
      const { edit, display } = newest.current;
      const { name, radiusMm } = edit.tool;
      const hasBrush = name === 'brush' || name === 'eraser';
      painter.draw({
        tiles: pane.view.tiles(),
        mask: open.editor.mask,
        preview: edit.preview?.mask ?? null,
        opacity: display.opacity,
        brush: hasBrush && pointer.current !== null ? { ...pointer.current, radiusMm } : null,
      });
    };
    // Of many changes before the next frame all are drawn at once.
    redraw.current = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(draw);
    };
    const leaving = new AbortController();
    const endChanges = open.editor.subscribe(() => redraw.current());
    const endDrawn = pane.onDrawn(() => redraw.current());
    listenToEditPointer(
      element,
      pane,
      open.dwi,
      open.editor,
      {
        tool: () => newest.current.edit.tool,
        click: (place) => newest.current.edit.clickRegion(place),
        hover: (point) => {
          pointer.current = point;
          redraw.current();
        },
      },
      leaving.signal,
    );
    redraw.current();
    return () => {
      leaving.abort();
      endChanges();
      endDrawn();
      cancelAnimationFrame(frame);
    };
  }, [pane, open]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn depends on them
  useEffect(() => redraw.current(), [tool, preview, display]);

  return (
    <canvas
      ref={canvas}
      className="edit-canvas"
      data-tool={tool.name}
      role="img"
      aria-label="Edited mask on the images"
      tabIndex={-1}
    />
  );
}
