import type { FetchOptions, PinnedFile } from '@atoll/cases/remote/pinned-files';
import { UsageError } from './exit.ts';
import { untilInterrupted } from './interrupt.ts';
import { ProgressBar } from './progress-bar.ts';

/** What can fetch files whose sums are known. */
type Fetching<File extends PinnedFile> = { fetch(options: FetchOptions<File>): Promise<boolean> };

/** @throws UsageError when a mirror is no folder on the web. */
export function checkMirror(url: string | undefined): void {
  if (url !== undefined && !/^https?:\/\/./.test(url))
    throw new UsageError('--url must be an http or https address');
}

/** Fetches with a bar, until interrupted. @returns what came of it, in words. @throws what the fetch throws */
export async function fetchWithBar<File extends PinnedFile>(
  files: Fetching<File>,
  mirror: string | undefined,
): Promise<string> {
  const bar = new ProgressBar();
  bar.show({ stage: 'fetch', fraction: 0, message: 'Fetching' });
  const fetched = await files
    .fetch({
      signal: untilInterrupted(),
      ...(mirror === undefined ? {} : { mirror }),
      onProgress: ({ name }, bytes, allBytes) =>
        bar.show({ stage: name, fraction: bytes / allBytes, message: `${name} is verified` }),
    })
    .finally(() => bar.clear());
  return fetched ? 'Downloaded and verified' : 'Already downloaded and verified';
}
