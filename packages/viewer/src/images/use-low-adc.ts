import { writeNifti } from '@atoll/volume/nifti-write';
import { useEffect, useState } from 'react';
import { type Layer, lowAdcLook } from './layer.ts';
import { lowAdc, lowAdcMask } from './low-adc.ts';
import { readBase } from './plain-volume.ts';
import type { FilesState } from './use-image-files.ts';

/** What is below the ADC threshold as a layer; computed when it is first wanted. null while it is not. */
export function useLowAdc(files: FilesState, isOn: boolean): Layer | null {
  const [made, setMade] = useState<{ readonly key: string; readonly mask: Uint8Array } | null>(null);
  const ready = files.state === 'ready' ? files : null;
  const key = ready?.key ?? null;
  const isThere = made !== null && made.key === key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal keys are equal images
  useEffect(() => {
    const [adc, dwi] = [ready?.files.get('adc'), ready?.files.get('dwi')];
    if (!isOn || isThere || key === null || adc === undefined || dwi === undefined) return;
    let isLeaving = false;
    Promise.all([readBase(new Uint8Array(adc.bytes)), readBase(new Uint8Array(dwi.bytes))])
      .then(([adcBase, dwiBase]) => {
        if (!isLeaving) setMade({ key, mask: writeNifti(lowAdcMask(adcBase, dwiBase), 'uint8') });
      })
      // An image that cannot be read is not shown either, and says why there.
      .catch(() => undefined);
    return () => {
      isLeaving = true;
    };
  }, [key, isOn, isThere]);
  if (!isOn || made === null || !isThere) return null;
  return { id: `low-adc ${made.key}`, source: made.mask, title: `ADC < ${lowAdc}`, look: lowAdcLook };
}
