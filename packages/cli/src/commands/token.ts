import { newToken } from '@atoll/access/new-token';
import { isRole, isScope, roles, scopes } from '@atoll/access/standing';
import { TokenRequest } from '@atoll/contract/access';
import { AtollError } from '@atoll/errors/error';
import { summariseToken } from '@atoll/server/access/token-summary';
import { Command, InvalidArgumentError, Option } from 'commander';
import { serverUrl } from '../ask-server.ts';
import { UsageError } from '../exit.ts';
import { hereOrThere, whereHelp } from '../here-or-there.ts';

type AddOptions = {
  readonly user: string;
  readonly label: string;
  readonly role: string;
  readonly scope: readonly string[];
  readonly group: readonly string[];
  readonly days: number;
  readonly server?: string;
};

const examples = `
Examples:
  atoll token add --user jane --label "nightly runs" --days 30
  atoll token add --user admin --label setup --role admin --scope read,run,review,admin
  atoll token revoke 1f0c9a7be2d4
${whereHelp}`;

const server = () => new Option('--server <url>', 'do it on this server').argParser(serverUrl);

export function tokenCommand(): Command {
  return new Command('token')
    .description(
      'make, list and revoke tokens, with which scripts sign in (Authorization: Bearer, ATOLL_TOKEN)',
    )
    .addCommand(addCommand())
    .addCommand(
      new Command('list')
        .description('list all tokens, without their secrets')
        .option('--json', 'print JSON')
        .addOption(server())
        .action(list),
    )
    .addCommand(
      new Command('revoke')
        .description('revoke a token: it is refused from then on')
        .argument('<id>', 'id printed by `atoll token list`')
        .addOption(server())
        .action(revoke),
    )
    .addHelpText('after', examples);
}

function addCommand(): Command {
  return new Command('add')
    .description('make a token and print it, which is the only time that it is shown')
    .requiredOption('--user <account>', 'account that it acts for: what it makes belongs to this account')
    .requiredOption('--label <text>', 'what it is for')
    .addOption(new Option('--role <role>', 'what the account may do').choices(roles).default('reader'))
    .option(
      '--scope <list>',
      `what the token is good for: ${scopes.join(', ')}; separated by commas`,
      commaList,
      ['read', 'run'],
    )
    .option('--group <list>', 'groups of the account, separated by commas', commaList, [])
    .option('--days <n>', 'days until it expires, 366 at most', wholeDays, 90)
    .addOption(server())
    .action(add);
}

const commaList = (text: string) => text.split(',').map((each) => each.trim());

function wholeDays(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 366) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 366.');
}

async function add({ server: url, scope, group, role, user, label, days }: AddOptions): Promise<void> {
  if (!isRole(role) || !scope.every(isScope)) {
    throw new UsageError(`--scope takes ${scopes.join(', ')}, separated by commas`);
  }
  const parsed = TokenRequest.safeParse({ user, label, role, groups: group, scopes: scope, days });
  if (!parsed.success) throw new UsageError(parsed.error.issues[0].message);
  const wish = parsed.data;
  const made = await hereOrThere(
    url,
    (client) => client.addToken(wish),
    async (records) => {
      const { user: userId, ...rest } = wish;
      const { token, secret, hash } = newToken({ ...rest, userId });
      await records.tokens.add(token, hash);
      return { ...summariseToken(token), token: secret };
    },
  );
  process.stderr.write(
    `Token ${made.tokenId} expires on ${made.expiresAt.slice(0, 10)}. It is not shown again:\n`,
  );
  process.stdout.write(`${made.token}\n`);
}

async function list({ server: url, json }: { readonly server?: string; readonly json?: boolean }) {
  const tokens = await hereOrThere(
    url,
    async (client) => (await client.listTokens()).tokens,
    async (records) => (await records.tokens.list()).map(summariseToken),
  );
  if (json === true) return void process.stdout.write(`${JSON.stringify(tokens, null, 2)}\n`);
  const now = new Date().toISOString();
  for (const { tokenId, user, role, scopes: good, expiresAt, revokedAt, label } of tokens) {
    const day = (revokedAt ?? expiresAt).slice(0, 10);
    const state = revokedAt !== null ? `revoked ${day}` : `${expiresAt < now ? 'expired' : 'until'} ${day}`;
    process.stdout.write(`${[tokenId, user, role, good.join(','), state, label].join('\t')}\n`);
  }
}

async function revoke(tokenId: string, { server: url }: { readonly server?: string }): Promise<void> {
  await hereOrThere(
    url,
    (client) => client.revokeToken(tokenId),
    async (records) => {
      if (!(await records.tokens.revoke(tokenId))) throw new AtollError('TOKEN_UNKNOWN');
    },
  );
  process.stdout.write('The token was revoked.\n');
}
