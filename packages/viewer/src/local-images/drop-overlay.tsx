import { useEffect, useRef, useState } from 'react';
import { type Dropped, droppedIn } from './dropped-files.ts';
import './drop-overlay.css';

type Props = {
  /** Files come near: what will be needed may be fetched now, before there is anything to keep to oneself. */
  readonly onNear: () => void;
  readonly onDrop: (dropped: Dropped) => void;
};

/** Takes files and folders that are dropped anywhere on the page. */
export function DropOverlay({ onNear, onDrop }: Props) {
  const [near, setNear] = useState(false);
  const handlers = useRef({ onNear, onDrop });
  handlers.current = { onNear, onDrop };
  useEffect(() => {
    // Each element on the way is entered before the last one is left.
    let depth = 0;
    const ends = new AbortController();
    const listen = (type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', act: (event: DragEvent) => void) =>
      window.addEventListener(
        type,
        (event) => {
          if (event.dataTransfer?.types.includes('Files') !== true) return;
          // Without this the browser opens the file in place of the page.
          event.preventDefault();
          act(event);
        },
        { signal: ends.signal },
      );
    listen('dragenter', () => {
      if (depth++ === 0) handlers.current.onNear();
      setNear(true);
    });
    listen('dragover', (event) => {
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
    });
    listen('dragleave', () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) setNear(false);
    });
    listen('drop', (event) => {
      depth = 0;
      setNear(false);
      const dropped = event.dataTransfer === null ? [] : droppedIn(event.dataTransfer);
      if (dropped.length > 0) handlers.current.onDrop(dropped);
    });
    return () => ends.abort();
  }, []);
  if (!near) return null;
  return (
    <div className="drop-overlay" role="status">
      <p>
        <strong>Drop images here</strong>
        Or a model of your own. They are read in this browser. Nothing is uploaded.
      </p>
    </div>
  );
}
