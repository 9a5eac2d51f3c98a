import { createContext, type ReactNode, useContext, useState } from 'react';
import type { ImageSet } from '../images/image-set.ts';
import { type LocalRun, type LocalRunHandle, useLocalRun } from '../local-run/use-local-run.ts';
import type { Mode } from '../mode/mode.ts';
import { modelDropped } from '../models/dropped-model.ts';
import type { HowToRun } from '../models/how-to-run.ts';
import { useModels } from '../models/models-context.ts';
import { usePlace } from '../viewing/place.ts';
import { type Dropped, filesOf } from './dropped-files.ts';
import { type LocalImages, useLocalImages } from './use-local-images.ts';

/** Images in this browser tab alone: the files that were opened, their run in the page, and what of it is in view. */
export type LocalCase = {
  readonly mode: Mode;
  readonly files: LocalImages;
  readonly localRun: LocalRunHandle;
  /** null while there is nothing to draw yet. */
  readonly images: ImageSet | null;
  /** What the reader must be asked about before it goes on, for a result would be lost. */
  readonly question: { readonly goOn: () => void; readonly stay: () => void } | null;
  show(): void;
  discard(): void;
  /** @returns whether there are images to look at now; a model is added, and all else stays. */
  drop(dropped: Dropped): Promise<boolean>;
  /** Makes the images and runs them in this page. @returns whether a run began. */
  runHere(how: HowToRun): Promise<boolean>;
  /** Makes the images, for the reader to look at what would be uploaded. */
  prepareUpload(): void;
  /** Back from the images to the table of their roles. */
  reviewAgain(): void;
};

const Context = createContext<LocalCase | null>(null);

export function LocalCaseProvider({ children }: { readonly children: ReactNode }) {
  return <Context value={useKeptCase()}>{children}</Context>;
}

export function useLocalCase(): LocalCase {
  const found = useContext(Context);
  if (found === null) throw new Error('No local case was given to the page.');
  return found;
}

/** The one local case of the page; kept while cases of the service are looked at. */
function useKeptCase(): LocalCase {
  const [place, go] = usePlace();
  const images = useLocalImages();
  const localRun = useLocalRun();
  const models = useModels();
  const [waiting, setWaiting] = useState<(() => void) | null>(null);
  const { run } = localRun;
  const leaveCases = () => go({ caseId: null, jobId: null });
  /** A result that was not saved is lost only when the reader says so. */
  const guarded = (action: () => void) => {
    const unsaved = run?.status === 'running' || (run?.status === 'done' && !run.saved);
    if (unsaved) setWaiting(() => action);
    else action();
  };
  const open = () => {
    localRun.forget();
    images.open();
  };
  const read: LocalImages['read'] = (list) => {
    localRun.forget();
    leaveCases();
    images.read(list);
  };
  const files: LocalImages = {
    ...images,
    open: () => guarded(open),
    read: (list) => guarded(() => read(list)),
  };

  const { step } = images.state;
  const isShown = step !== 'closed' && place.caseId === null && place.jobId === null;
  return {
    mode: isShown ? { mode: 'local', isSilent: step !== 'choosing' } : { mode: 'service' },
    files,
    localRun,
    images: step === 'made' && run !== null ? imagesOf(run) : null,
    question:
      waiting === null
        ? null
        : {
            stay: () => setWaiting(null),
            goOn: () => {
              setWaiting(null);
              waiting();
            },
          },
    show: () => {
      leaveCases();
      if (step === 'closed') images.open();
    },
    discard: () =>
      guarded(() => {
        localRun.forget();
        images.close();
      }),
    drop: async (dropped) => {
      // A model is no image: it is added, and what is open stays open.
      const model = await modelDropped(dropped).catch(() => null);
      if (model === null) {
        files.read((signal) => filesOf(dropped, signal));
        return true;
      }
      models.add(model);
      return false;
    },
    prepareUpload: () => {
      images.make();
    },
    runHere: async (how) => {
      const made = await images.make();
      if (made !== null) localRun.start(made, how);
      return made !== null;
    },
    reviewAgain: () =>
      guarded(() => {
        localRun.forget();
        images.reviewAgain();
      }),
  };
}

function imagesOf(run: LocalRun): ImageSet {
  const { dwi, adc, flair, reference } = run.made.files;
  const mask = run.status === 'done' ? run.results.mask : undefined;
  return {
    // Of this tab alone, for there is one case at a time; a new run has a new mask.
    key: `local ${run.number} ${mask === undefined ? '' : 'with mask'}`,
    urls: {
      dwi,
      adc,
      ...(flair === undefined ? {} : { flair }),
      ...(reference === undefined ? {} : { reference }),
      ...(mask === undefined ? {} : { mask }),
    },
  };
}
