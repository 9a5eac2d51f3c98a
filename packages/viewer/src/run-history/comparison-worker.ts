import { asAtollError } from '@atoll/errors/error';
import { compareMasks } from '@atoll/volume/metrics';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import type { MaskAnswer, MaskPair } from './mask-comparison.ts';

/** The far side of compareInWorker: one pair, one answer. */
self.onmessage = async ({ data }: MessageEvent<MaskPair>) => {
  const answer = (message: MaskAnswer) => self.postMessage(message);
  try {
    const [shown, other] = [new Uint8Array(data.shown), new Uint8Array(data.other)];
    const agreement = compareMasks(await readNiftiMask(other), await readNiftiMask(shown));
    answer({ kind: 'agreement', agreement });
  } catch (thrown) {
    const { code, message } = asAtollError(thrown);
    answer({ kind: 'error', code, message });
  }
};
