import type { ArchiveCount } from '@atoll/jobs/archive';
import type { Jobs } from '@atoll/jobs/jobs';
import { Command } from 'commander';

const help = `
Uses the configured queue and results (ATOLL_DATA_DIR, ATOLL_DATABASE_URL, ATOLL_S3_ENDPOINT). With the embedded
database, stop \`atoll serve\` first.

To move to PostgreSQL:
  atoll export --out backup
  ATOLL_DATABASE_URL=postgres://atoll@db/atoll atoll import --from backup`;

export function exportCommand(): Command {
  return new Command('export')
    .description('export all jobs and results to a folder, for backup or migration')
    .requiredOption('--out <folder>', 'new or empty folder')
    .addHelpText('after', help)
    .action(({ out }: { readonly out: string }) =>
      withQueue('exported', async (jobs) => {
        const { exportArchive } = await import('@atoll/jobs/archive');
        return exportArchive(jobs, out);
      }),
    );
}

export function importCommand(): Command {
  return new Command('import')
    .description('import jobs and results from an export; existing ones are kept')
    .requiredOption('--from <folder>', 'folder that `atoll export` wrote')
    .addHelpText('after', help)
    .action(({ from }: { readonly from: string }) =>
      withQueue('imported', async (jobs) => {
        const { importArchive } = await import('@atoll/jobs/archive');
        return importArchive(jobs, from);
      }),
    );
}

/** Opens the queue without working on it, and says what was done. */
async function withQueue(what: string, run: (jobs: Jobs) => Promise<ArchiveCount>): Promise<void> {
  const { openInstance } = await import('@atoll/instance/instance');
  const jobs = await openInstance().openIdleQueue();
  try {
    const { jobs: count, files } = await run(jobs);
    process.stdout.write(`${count} jobs and ${files} files ${what}\n`);
  } finally {
    await jobs.stop();
  }
}
