import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Options } from '@atoll/store/bucket-store';
import S3rver from 's3rver';

export type S3Server = { readonly options: S3Options; stop(): Promise<void> };

/** A server that speaks the real protocol of S3, with one empty bucket. */
export async function startS3Server(): Promise<S3Server> {
  const directory = mkdtempSync(join(tmpdir(), 'atoll-s3-'));
  const configureBuckets = [{ name: 'atoll', configs: [] }];
  const server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets });
  const { port } = await server.run();
  return {
    options: {
      endpoint: `http://127.0.0.1:${port}/atoll`,
      region: 'us-east-1',
      // The two that s3rver knows.
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
    },
    async stop() {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
