import type { AuditList } from '@atoll/contract/access';
import { Command, InvalidArgumentError, Option } from 'commander';
import { serverUrl } from '../ask-server.ts';
import { durationOption } from '../duration-option.ts';
import { hereOrThere, whereHelp } from '../here-or-there.ts';

type Options = {
  readonly since?: number;
  readonly who?: string;
  readonly subject?: string;
  readonly limit: number;
  readonly json?: boolean;
  readonly server?: string;
};

type Entry = AuditList['entries'][number];

const help = `
Each line: when, which account (or share: and the id of a link), by which way, what, and the id of the case, job, link or
token. No name of a patient and no token is in it.
${whereHelp}`;

/** So many are asked for at a time. */
const atOnce = 1000;

export function auditCommand(): Command {
  return new Command('audit')
    .description(
      'print who opened, uploaded, ran, edited, exported, shared and deleted what; the newest first',
    )
    .addOption(new Option('--since <time>', 'only the last 12h, 30d, …').argParser(durationOption))
    .option('--who <account>', 'only of this account')
    .option('--subject <id>', 'only about this case, job, link or token')
    .option('--limit <n>', 'at most so many', wholeNumber, 100)
    .option('--json', 'print one JSON object a line')
    .addOption(new Option('--server <url>', 'ask this server').argParser(serverUrl))
    .addHelpText('after', help)
    .action(audit);
}

function wholeNumber(text: string): number {
  if (/^\d{1,7}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 9999999.');
}

async function audit({ since, who, subject, limit, json, server }: Options): Promise<void> {
  const from = since === undefined ? undefined : new Date(Date.now() - since);
  await hereOrThere(
    server,
    (client) =>
      printAll(limit, json === true, async (before, wanted) => {
        const query = new URLSearchParams({ limit: String(wanted) });
        if (from !== undefined) query.set('since', from.toISOString());
        if (who !== undefined) query.set('who', who);
        if (subject !== undefined) query.set('subject', subject);
        if (before !== undefined) query.set('before', String(before));
        return (await client.listAudit(query)).entries;
      }),
    (records) =>
      printAll(limit, json === true, async (before, wanted) => {
        const entries = await records.audit.list({ since: from, who, subject, before, limit: wanted });
        return entries.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() }));
      }),
  );
}

async function printAll(
  limit: number,
  json: boolean,
  read: (before: number | undefined, wanted: number) => Promise<readonly Entry[]>,
): Promise<void> {
  let before: number | undefined;
  for (let left = limit; left > 0; ) {
    const wanted = Math.min(left, atOnce);
    const entries = await read(before, wanted);
    for (const entry of entries) process.stdout.write(`${json ? JSON.stringify(entry) : textOf(entry)}\n`);
    if (entries.length < wanted) return;
    left -= entries.length;
    before = entries[entries.length - 1].number;
  }
}

function textOf({ at, who, way, action, subject }: Entry): string {
  return [at, who, way, action, subject ?? ''].join('\t');
}
