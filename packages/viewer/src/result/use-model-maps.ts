import type { Job, JobOverlay } from '@atoll/contract/jobs';
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
  const models = overlays.filter(({ id }) => !isAgreement(id));
  return {
    list: overlays.map((overlay) => {
      const id = `map ${job?.jobId} ${overlay.id}`;
      const look = isAgreement(overlay.id) ? agreementLook : modelLook(models.indexOf(overlay));
      return { id, source: overlay.url, title: overlay.title, look, overlay, isOn: on.has(id) };
    }),
    turn: ({ id }, isOn) =>
      setOn((before) => new Set(isOn ? [...before, id] : [...before].filter((each) => each !== id))),
  };
}

/** How many of the models marked each voxel, 0–3. */
function isAgreement(id: string): boolean {
  return id === 'agreement';
}
