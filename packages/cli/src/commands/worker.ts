import { Command } from 'commander';
import { UsageError } from '../exit.ts';

const help = `
ATOLL_DATABASE_URL is the PostgreSQL server that \`atoll serve\` also uses. Results go to the same folder
(ATOLL_DATA_DIR, mounted on other machines) or the same bucket (ATOLL_S3_ENDPOINT).

Example:
  ATOLL_DATABASE_URL=postgres://atoll@db/atoll atoll worker --workers 2`;

export function workerCommand(): Command {
  return new Command('worker')
    .description('run jobs from a shared queue, on this machine or another')
    .option('--workers <n>', 'jobs to run in parallel (default: ATOLL_JOB_CONCURRENCY, 1)')
    .addHelpText('after', help)
    .action(work);
}

async function work({ workers }: { readonly workers?: string }): Promise<void> {
  const { readSettings } = await import('@atoll/instance/settings');
  const settings = readSettings({
    ...process.env,
    ...(workers === undefined ? {} : { ATOLL_JOB_CONCURRENCY: workers }),
  });
  if (settings.databaseUrl === null) {
    throw new UsageError(
      'the embedded database belongs to one process, so a separate worker cannot join it. Set ' +
        'ATOLL_DATABASE_URL to share a queue; or let `atoll serve --workers N` run more jobs in parallel',
    );
  }
  if (settings.jobConcurrency === 0) throw new UsageError('a worker without workers would do nothing');
  const { startWorker } = await import('@atoll/instance/worker');
  await startWorker(settings);
}
