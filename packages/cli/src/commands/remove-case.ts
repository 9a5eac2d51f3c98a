import { AtollError } from '@atoll/errors/error';
import { Command } from 'commander';
import { askServer, serverUrl } from '../ask-server.ts';

const help = `
Without --server the case is deleted from the configured data folder (or bucket), with its jobs and results.
While \`atoll serve\` is running on an embedded database, go through the server: --server http://localhost:7860.`;

export function removeCaseCommand(): Command {
  return new Command('remove')
    .description('delete an uploaded case immediately, with its jobs and results')
    .argument('<id>', 'id printed by `atoll cases add`')
    .option('--server <url>', 'delete it from this server', serverUrl)
    .addHelpText('after', help)
    .action(remove);
}

async function remove(caseId: string, { server }: { readonly server?: string }): Promise<void> {
  if (server !== undefined) await askServer(server, (client) => client.removeCase(caseId));
  else await removeHere(caseId);
  process.stdout.write('The case was deleted, with its jobs and results.\n');
}

async function removeHere(caseId: string): Promise<void> {
  const { openInstance } = await import('@atoll/instance/instance');
  const instance = openInstance();
  if ((await instance.uploads.find(caseId)) === null) throw new AtollError('CASE_NOT_FOUND');
  const jobs = await instance.openIdleQueue();
  try {
    await jobs.cases.remove(caseId);
  } finally {
    await jobs.stop();
  }
}
