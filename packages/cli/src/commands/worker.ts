import { Command } from 'commander';
import { UsageError } from '../exit.ts';

export function workerCommand(): Command {
  return new Command('worker')
    .description('run jobs of a shared queue (this version has none: `atoll serve` runs its own jobs)')
    .action(() => {
      throw new UsageError(
        'the embedded database belongs to one process, so a worker of its own cannot join it. ' +
          '`atoll serve` runs jobs itself; ATOLL_JOB_CONCURRENCY says how many at once',
      );
    });
}
