import { useState } from 'react';
import type { Place } from '../app/url-state.ts';
import type { ImageSet } from '../images/image-set.ts';
import { type PrivateRun, type PrivateRunHandle, usePrivateRun } from '../private/use-private-run.ts';
import { type Dropped, filesOf } from './dropped-files.ts';
import { type OwnImages, useOwnImages } from './use-own-images.ts';

/** A reader's own case: what he brought, its run in this page, and what of it is in view. */
export type OwnCase = {
  readonly own: OwnImages;
  readonly privateRun: PrivateRunHandle;
  /** It is what the page shows, in the place of a case of the service. */
  readonly shown: boolean;
  /** Images are here: from now on the page asks nobody for anything. */
  readonly quiet: boolean;
  /** null while there is nothing to draw yet. */
  readonly images: ImageSet | null;
  /** What the reader must be asked about before it goes on, for a result would be lost. */
  readonly question: { readonly goOn: () => void; readonly stay: () => void } | null;
  show(): void;
  discard(): void;
  drop(dropped: Dropped): void;
  /** Makes the images and runs them in this page. @returns whether a run began. */
  runHere(preset: string): Promise<boolean>;
  /** Makes the images, for the reader to look at what would be sent. */
  prepareSending(): void;
  /** Back from the images to the table. */
  sortAgain(): void;
};

export function useOwnCase(place: Place, go: (place: Place) => void): OwnCase {
  const images = useOwnImages();
  const privateRun = usePrivateRun();
  const [waiting, setWaiting] = useState<(() => void) | null>(null);
  const { run } = privateRun;
  const leaveCases = () => go({ caseId: null, jobId: null });
  /** A result that was not saved is lost only when the reader says so. */
  const guarded = (action: () => void) => {
    const unsaved = run?.status === 'running' || (run?.status === 'done' && !run.saved);
    if (unsaved) setWaiting(() => action);
    else action();
  };
  const own: OwnImages = {
    ...images,
    open: () => guarded(() => open()),
    bring: (list) => guarded(() => bring(list)),
  };
  const open = () => {
    privateRun.forget();
    images.open();
  };
  const bring: OwnImages['bring'] = (list) => {
    privateRun.forget();
    leaveCases();
    images.bring(list);
  };

  const { step } = images.state;
  const shown = step !== 'closed' && place.caseId === null && place.jobId === null;
  return {
    own,
    privateRun,
    shown,
    quiet: shown && step !== 'choosing',
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
        privateRun.forget();
        images.close();
      }),
    drop: (dropped) => own.bring((signal) => filesOf(dropped, signal)),
    prepareSending: () => {
      images.make();
    },
    runHere: async (preset) => {
      const made = await images.make();
      if (made !== null) privateRun.start(made, preset);
      return made !== null;
    },
    sortAgain: () =>
      guarded(() => {
        privateRun.forget();
        images.sortAgain();
      }),
  };
}

function imagesOf(run: PrivateRun): ImageSet {
  const { dwi, adc, flair, reference } = run.made.files;
  const mask = run.status === 'done' ? run.results.mask : undefined;
  return {
    // The place's own, for there is one case at a time; a new run has a new mask.
    key: `own ${run.number} ${mask === undefined ? '' : 'with mask'}`,
    urls: {
      dwi,
      adc,
      ...(flair === undefined ? {} : { flair }),
      ...(reference === undefined ? {} : { reference }),
      ...(mask === undefined ? {} : { mask }),
    },
  };
}
