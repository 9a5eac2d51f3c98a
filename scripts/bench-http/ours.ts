import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@atoll/contract/client';
import { freePort } from '../free-port.ts';
import { type Subject, startProcess } from './subject.ts';

const atoll = join(import.meta.dirname, '../../packages/cli/bin/atoll.js');
const phantom = 'phantom-large-left';

/** A BIDS folder of 149 subjects; their images are never opened. */
export function makeBidsFolder(folder: string): string {
  const root = join(folder, 'bids');
  mkdirSync(root, { recursive: true });
  writeFileSync(
    join(root, 'dataset_description.json'),
    JSON.stringify({ Name: 'Bench', BIDSVersion: '1.9.0', License: 'CC0' }),
  );
  for (let number = 1; number < 150; number++) {
    const subject = `sub-stroke${String(number).padStart(4, '0')}`;
    const images = join(root, subject, 'dwi');
    mkdirSync(images, { recursive: true });
    for (const kind of ['dwi', 'adc']) writeFileSync(join(images, `${subject}_${kind}.nii.gz`), '');
  }
  return root;
}

/** `atoll serve` as it stands in the package, with the embedded database and one job at a time. */
export async function startOurs(
  folder: string,
  dataDir: string,
  bidsDir: string,
): Promise<Omit<Subject, 'jobPath' | 'filePath'>> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ATOLL_DATA_DIR: dataDir,
    ATOLL_PORT: String(port),
    ATOLL_BIDS_DIR: bidsDir,
    ATOLL_MAX_PENDING_JOBS: '100000',
    ATOLL_MAX_PENDING_JOBS_PER_CLIENT: '100000',
    // One client asks more in these seconds than a day of all readers; the counting itself stays.
    ATOLL_RATE_LIMIT_PER_MINUTE: '100000000',
    ATOLL_MIN_FREE_DISK_MB: '0',
    ATOLL_LOG_FORMAT: 'json',
  };
  return {
    name: 'Atoll',
    url,
    body: JSON.stringify({ case_id: phantom, fast_mode: true, force: true }),
    ...(await startProcess([process.execPath, atoll, 'serve'], url, env, join(folder, 'ours.log'))),
  };
}

/** Runs one case to its end, and lays a file beside its results. */
export async function withResult(
  started: Omit<Subject, 'jobPath' | 'filePath'>,
  dataDir: string,
  file: Uint8Array,
): Promise<Subject> {
  const client = createClient(started.url);
  const { jobId } = await client.segment({ case_id: phantom });
  for (;;) {
    const { status } = await client.getJob(jobId);
    if (status === 'completed') break;
    if (status === 'failed') throw new Error('The job failed.');
    await sleep(100);
  }
  const name = 'overlay_bench.nii.gz';
  writeFileSync(join(dataDir, 'results', jobId, name), file);
  return { ...started, jobPath: `/api/jobs/${jobId}`, filePath: `/files/${jobId}/${phantom}/${name}` };
}
