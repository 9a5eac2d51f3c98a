import { locatorHere } from '@atoll/atlas/here';
import type { Engine } from '@atoll/engines/engine';
import { runSegmentation } from '@atoll/engines/run';
import { asAtollError } from '@atoll/errors/error';
import type { LocalAnswer, LocalTask } from './task.ts';

/** One case from files to report, in a worker of the page. */
export async function runLocally(
  engine: Engine,
  { atlas, ...task }: LocalTask & { readonly options?: readonly string[] },
  answer: (message: LocalAnswer) => void,
): Promise<void> {
  try {
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
}
