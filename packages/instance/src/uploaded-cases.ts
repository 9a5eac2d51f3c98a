import { join } from 'node:path';
import { UploadedCases, uploadKind } from '@atoll/cases/uploads/uploaded-cases';
import { FolderStore } from '@atoll/store/folder-store';
import { openBucket } from './bucket.ts';
import type { Settings } from './settings.ts';

type Place = Pick<Settings, 'dataDir' | 'bucket'>;

/** What uploaded cases need on this machine: the cases, room for what is under way, and unfinished uploads. */
export function uploadFolders(dataDir: string) {
  const root = join(dataDir, 'uploads');
  return {
    cases: join(root, 'cases'),
    scratch: join(root, 'scratch'),
    resumable: join(root, 'resumable'),
    arriving: join(root, 'arriving'),
  };
}

/** Uploaded cases, beside the results: in the data folder or in the bucket. Nothing is opened before it is needed. */
export function openUploadedCases({ dataDir, bucket }: Place): UploadedCases {
  return new UploadedCases(async () => {
    if (bucket !== null) return openBucket(bucket, uploadKind);
    const store = new FolderStore(uploadFolders(dataDir).cases, uploadKind);
    // What is young may be another process's that is just writing.
    await store.sweep(strayMs);
    return store;
  });
}

/** Nobody takes so long to bring a case: what is older was left by a process that was killed. */
export const strayMs = 2 * 3600_000;
