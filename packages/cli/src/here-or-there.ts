import type { AccessRecords } from '@atoll/access/records';
import type { Client } from '@atoll/contract/client';
import { askServer } from './ask-server.ts';

/**
 * Asks about access: the server where one is named, else the database of the settings, which with the embedded one must
 * not be in use.
 */
export async function hereOrThere<Answer>(
  server: string | undefined,
  there: (client: Client) => Promise<Answer>,
  here: (records: AccessRecords) => Promise<Answer>,
): Promise<Answer> {
  if (server !== undefined) return askServer(server, there);
  const { openInstance } = await import('@atoll/instance/instance');
  const jobs = await openInstance().openIdleQueue();
  try {
    return await here(jobs.access);
  } finally {
    await jobs.stop();
  }
}

export const whereHelp = `
Without --server it is done in the configured database (ATOLL_DATA_DIR, ATOLL_DATABASE_URL). While \`atoll serve\` is running
on an embedded database, go through the server, with the token of an administrator in ATOLL_TOKEN:
--server http://localhost:7860.`;
