import type { Job, JobOverlay } from '@atoll/contract/jobs';
import { agreementOverlayId } from '@atoll/engines/ensemble/ensemble-name';
import { useState } from 'react';
import { agreementLook, type Layer, modelLook } from '../images/layer.ts';

type ModelMap = Layer & { readonly overlay: JobOverlay; readonly isOn: boolean };

export type ModelMaps = {
  readonly list: readonly ModelMap[];
  turn(map: ModelMap, on: boolean): void;
};

/** The further maps of a result, and which of them are laid over the images: none to begin with. */
export function useModelMaps(job: Job | null): ModelMaps {
  const [on, setOn] = useState<ReadonlySet<string>>(new Set());
  const overlays = job?.result?.overlays ?? [];
  const models = overlays.filter((overlay) => !isCount(overlay));
  const parts = job?.result?.report.ensemble?.parts.length ?? modelsOfDeepIsles;
  return {
    list: overlays.map((overlay) => {
      const id = `map ${job?.jobId} ${overlay.id}`;
      const look = isCount(overlay)
        ? agreementLook(overlay.id === agreementOverlayId ? parts : modelsOfDeepIsles)
        : modelLook(models.indexOf(overlay));
      return { id, source: overlay.url, title: overlay.title, look, overlay, isOn: on.has(id) };
    }),
    turn: ({ id }, isOn) =>
      setOn((before) => new Set(isOn ? [...before, id] : [...before].filter((each) => each !== id))),
  };
}

/** DeepISLES' own map of agreement counts its three models, also as a part of an ensemble. */
const modelsOfDeepIsles = 3;

/** Counts who marked each voxel. */
function isCount({ diceWithMask }: JobOverlay): boolean {
  return diceWithMask === null;
}
