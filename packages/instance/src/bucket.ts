import type { S3Options } from '@atoll/store/bucket-store';
import type { Store, StoreKind } from '@atoll/store/store';

/** Loaded only where it is used. */
export async function openBucket(options: S3Options, kind: StoreKind): Promise<Store> {
  const { BucketStore } = await import('@atoll/store/bucket-store');
  return new BucketStore(options, kind);
}
