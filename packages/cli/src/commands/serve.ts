import { Command } from 'commander';
import { withBids } from '../case-list.ts';
import { havePage } from '../page-build.ts';

type Options = {
  readonly port?: string;
  readonly host?: string;
  readonly workers?: string;
  readonly bids?: string;
};

const examples = `
Examples:
  atoll serve
  atoll serve --port 8080 --host 0.0.0.0
  atoll serve --bids /srv/isles22

All other settings are ATOLL_* variables: see .env.example.`;

export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the page and the HTTP API, and run jobs')
    .option('--port <n>', 'TCP port (default: 7860)')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--workers <n>', 'jobs to run in parallel; 0 leaves them to `atoll worker` (default: 1)')
    .option('--bids <folder>', 'BIDS data set whose subjects are served (default: ATOLL_BIDS_DIR)')
    .addHelpText('after', examples)
    .action(serve);
}

async function serve({ port, host, workers, bids }: Options): Promise<void> {
  const { readSettings } = await import('@atoll/instance/settings');
  const settings = readSettings({
    ...withBids(process.env, bids),
    ...(port === undefined ? {} : { ATOLL_PORT: port }),
    ...(host === undefined ? {} : { ATOLL_HOST: host }),
    ...(workers === undefined ? {} : { ATOLL_JOB_CONCURRENCY: workers }),
  });
  await havePage();
  const { startServer } = await import('@atoll/server/start');
  await startServer(settings);
}
