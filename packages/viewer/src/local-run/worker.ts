import { locatorHere } from '@atoll/atlas/here';
import { segmentHere } from '@atoll/engines/diffusion/here';
import { PlacedDiffusionEngine } from '@atoll/engines/diffusion/placed-engine';
import { runSegmentation } from '@atoll/engines/run';
import { asAtollError } from '@atoll/errors/error';
import type { LocalAnswer, LocalTask } from './task.ts';

const engine = new PlacedDiffusionEngine({ segment: segmentHere });
const answer = (message: LocalAnswer) => self.postMessage(message);

/** The far side of run-privately.ts: one case from files to report, then no other. */
self.onmessage = async ({ data }: MessageEvent<LocalTask>) => {
  try {
    const { atlas, ...task } = data;
    const { report, maskFile, furtherFiles } = await runSegmentation({
      engine,
      ...task,
      location: { locator: atlas === null ? null : locatorHere(atlas), mni: 'mask' },
      onProgress: (progress) => answer({ kind: 'progress', progress }),
    });
    const further = new Map([...furtherFiles].map(([name, bytes]) => [name, new Uint8Array(bytes)]));
    answer({ kind: 'done', result: { report, maskFile: new Uint8Array(maskFile), furtherFiles: further } });
  } catch (thrown) {
    const { code, message } = asAtollError(thrown);
    answer({ kind: 'failed', code, message });
  }
};
