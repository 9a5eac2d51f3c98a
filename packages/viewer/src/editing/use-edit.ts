import type { MissedPlace } from '@atoll/contract/report';
import { pieceAt } from '@atoll/editor/pieces';
import { usualRegion } from '@atoll/editor/region';
import { saveEdit } from '@atoll/editor/saved-edit';
import { maskOfRuns, type VoxelRuns } from '@atoll/editor/voxel-runs';
import { type AtollError, asAtollError } from '@atoll/errors/error';
import { sameGrid } from '@atoll/volume/affine';
import type { Grid, Mask, Vec3 } from '@atoll/volume/volume';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Pane } from '../images/pane-layer.tsx';
import { loadBench } from '../local-images/bench.ts';
import type { EditSource } from './edit-source.ts';
import { EditStore } from './edit-store.ts';
import type { OpenEdit } from './open-edit.ts';
import { firstTool, type Tool } from './tool.ts';

/** Whether the steps are kept in this browser. */
export type Keeping = 'kept' | 'keeping' | 'impossible';

type Preview = { readonly runs: VoxelRuns; readonly mask: Uint8Array };

/** The one edit of the page. */
export type Edit = {
  readonly state: 'closed' | 'opening' | 'open';
  readonly open: OpenEdit | null;
  readonly error: AtollError | null;
  readonly tool: Tool;
  readonly preview: Preview | null;
  /** Said of the last click that found nothing. */
  readonly hint: string | null;
  readonly keeping: Keeping;
  /** Which mask is drawn in a pane. */
  readonly shown: Readonly<Record<PaneId, ShownMask>>;
  setShown(pane: PaneId, mask: ShownMask): void;
  /** Grows with every change of the mask. */
  readonly version: number;
  /** Opens the tools on the result's newest mask, and goes on from what this browser has kept. */
  start(): void;
  /** Adds a candidate of the second look, and opens the tools for it where they are not open. */
  addCandidate(place: Pick<MissedPlace, 'id' | 'focusMm'>): void;
  /** Begins with another mask on the same grid, as a step of the edit that can be undone. */
  startWith(mask: Mask, label: string): void;
  /** Puts the tools away; the steps stay kept. */
  stop(): void;
  /** Ends the edit and forgets its steps. */
  discard(): void;
  setTool(tool: Tool): void;
  /** A click with the region tool, in fractions of voxels: takes the preview that it falls on, or makes another. */
  clickRegion(place: Vec3): void;
  takePreview(): void;
  dropPreview(): void;
};

type PaneId = Pane['id'];
type ShownMask = 'edited' | 'engine';
const firstShown = { main: 'edited', beside: 'edited' } as const;

const keepAfterMs = 250;

/**
 * @param of the result on show: an edit ends with it.
 * @param source what would be edited of it; null while there is nothing.
 */
export function useEdit(of: string | null, source: EditSource | null): Edit {
  const [open, setOpen] = useState<OpenEdit | null>(null);
  const [isOpening, setOpening] = useState(false);
  const [error, setError] = useState<AtollError | null>(null);
  const [tool, setTool] = useState(firstTool);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [hint, setHint] = useState<string | null>(null);
  const [keeping, setKeeping] = useState<Keeping>('kept');
  const [version, setVersion] = useState(0);
  const [shown, setShown] = useState<Edit['shown']>(firstShown);
  const store = useRef<EditStore | null>(null);
  const leaving = useRef<AbortController | null>(null);
  /** Keys of edits that were ended: what is still to be kept of them would bring them back. */
  const ended = useRef(new Set<OpenEdit>());

  const close = useCallback(() => {
    leaving.current?.abort();
    setOpen(null);
    setOpening(false);
    setPreview(null);
    setHint(null);
    setShown(firstShown);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another result is another edit
  useEffect(() => close, [close, of]);

  const start = async (first: (opened: OpenEdit) => void = () => undefined) => {
    if (source === null) return;
    close();
    const controller = new AbortController();
    leaving.current = controller;
    setOpening(true);
    setError(null);
    try {
      store.current ??= await EditStore.open();
      // Local images: all code is here with the bench, and nothing is asked of anybody.
      const { openEdit } = source.end.kind === 'local' ? await loadBench() : await import('./open-edit.ts');
      const opened = await openEdit(source, store.current, controller.signal);
      opened.editor.limits = tool.limits;
      setKeeping(store.current.lasts ? 'kept' : 'impossible');
      setOpen(opened);
      // Once those who keep and draw each step have subscribed.
      setTimeout(() => first(opened));
    } catch (thrown) {
      if (!controller.signal.aborted) setError(asAtollError(thrown));
    } finally {
      if (!controller.signal.aborted) setOpening(false);
    }
  };

  // Each step is kept soon after it was made, and at the latest when the page is put away.
  useEffect(() => {
    if (open === null) return;
    const { editor, source, baseSha256, base } = open;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keep = () => {
      clearTimeout(timer);
      timer = undefined;
      if (store.current === null || ended.current.has(open)) return;
      store.current
        .write(source.key, saveEdit(editor.history, baseSha256, base.data.length))
        .then((isKept) => timer === undefined && setKeeping(isKept ? 'kept' : 'impossible'));
    };
    const unsubscribe = editor.subscribe(() => {
      setVersion((before) => before + 1);
      setKeeping(store.current?.lasts === true ? 'keeping' : 'impossible');
      clearTimeout(timer);
      timer = setTimeout(keep, keepAfterMs);
    });
    const onHide = () => timer !== undefined && keep();
    document.addEventListener('visibilitychange', onHide);
    window.addEventListener('pagehide', onHide);
    return () => {
      unsubscribe();
      onHide();
      document.removeEventListener('visibilitychange', onHide);
      window.removeEventListener('pagehide', onHide);
    };
  }, [open]);

  const wouldBeLost = open !== null && open.editor.history.position > 0 && keeping !== 'kept';
  useEffect(() => {
    if (!wouldBeLost) return;
    const onLeave = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', onLeave);
    return () => window.removeEventListener('beforeunload', onLeave);
  }, [wouldBeLost]);

  const takePreview = () => {
    if (open !== null && preview !== null) open.editor.add(preview.runs, 'Region');
    setPreview(null);
  };
  return {
    state: open !== null ? 'open' : isOpening ? 'opening' : 'closed',
    open,
    error,
    tool,
    preview,
    hint,
    keeping,
    version,
    shown,
    setShown: (pane, mask) => setShown({ ...shown, [pane]: mask }),
    start: () => void start(),
    addCandidate: (place) => {
      if (open !== null) addTo(open, place);
      else void start((opened) => addTo(opened, place));
    },
    startWith: (mask, label) => void start((opened) => becomeOf(opened, mask, label)),
    stop: close,
    discard: () => {
      if (open !== null) {
        ended.current.add(open);
        void store.current?.remove(open.source.key).catch(() => undefined);
      }
      close();
    },
    setTool: (next) => {
      if (open !== null) open.editor.limits = next.limits;
      if (next.name !== 'region') setPreview(null);
      setHint(null);
      setTool(next);
    },
    clickRegion: (place) => {
      if (open === null) return;
      setHint(null);
      const voxel: Vec3 = [Math.round(place[0]), Math.round(place[1]), Math.round(place[2])];
      if (preview !== null && isInside(preview.mask, voxel, open.base)) {
        takePreview();
        return;
      }
      try {
        const runs = open.editor.regionAt(voxel, { ...usualRegion, reach: tool.reach });
        setPreview({ runs, mask: maskOfRuns(runs, open.base.data.length) });
      } catch (thrown) {
        const { message, action } = asAtollError(thrown);
        setPreview(null);
        setHint(`${message} ${action}`);
      }
    },
    takePreview,
    dropPreview: () => setPreview(null),
  };
}

function addTo({ editor, candidates }: OpenEdit, place: Pick<MissedPlace, 'id' | 'focusMm'>): void {
  if (candidates !== null) editor.add(pieceAt(candidates, place.focusMm), `Candidate ${place.id}`);
}

function becomeOf({ editor, base }: OpenEdit, mask: Mask, label: string): void {
  if (sameGrid(mask, base)) editor.replace(mask.data, label);
}

function isInside(mask: Uint8Array, [i, j, k]: Vec3, { shape }: Grid): boolean {
  return i >= 0 && i < shape[0] && j >= 0 && j < shape[1] && mask[i + shape[0] * (j + shape[1] * k)] === 1;
}
