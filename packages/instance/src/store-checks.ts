import { resultKind } from '@atoll/jobs/job';
import type { S3Options } from '@atoll/store/bucket-store';
import { openBucket } from './bucket.ts';

/** Whether the queue's database answers; changes nothing. @throws AtollError DATABASE_UNREACHABLE */
export async function checkDatabase(url: string): Promise<void> {
  const { checkServerDatabase } = await import('@atoll/jobs/server-database');
  await checkServerDatabase(url);
}

/** Whether the bucket of results answers; changes nothing. @throws as the store does. */
export async function checkBucket(options: S3Options): Promise<void> {
  const store = await openBucket(options, resultKind);
  await store.has('0'.repeat(32));
}
