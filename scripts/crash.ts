/**
 * `npm run crash -- [--rounds N] [--seed N] [--only pglite|postgres]`: kills processes of a queue at random, and
 * looks whether any acknowledged job or revision was lost, done twice, or left half-written. The test suite plays a short one.
 */
import { parseArgs } from 'node:util';
import { type CampaignResult, runCrashCampaign } from '../packages/jobs/test/crash-campaign.ts';
import { PostgresServer } from '../packages/jobs/test/postgres-server.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run crash -- [--rounds N] [--seed N] [--only pglite|postgres]');
  process.exit(2);
}

const onRound = (line: string) => console.error(line);
const outcomes: [string, CampaignResult][] = [];
if (values.only !== 'postgres') {
  outcomes.push(['PGlite', await runCrashCampaign({ rounds, seed, server: null, onRound })]);
}
if (values.only !== 'pglite') {
  const server = await PostgresServer.start();
  try {
    outcomes.push(['PostgreSQL', await runCrashCampaign({ rounds, seed, server, onRound })]);
  } finally {
    await server.stop();
  }
}
for (const [name, { kills, acknowledged, revisions, faults }] of outcomes) {
  console.log(
    `${name}: ${kills} kills, ${acknowledged} jobs and ${revisions} revisions acknowledged, ${faults.length} faults`,
  );
  for (const fault of faults) console.log(`  ${fault}`);
}
process.exitCode = outcomes.some(([, { faults }]) => faults.length > 0) ? 1 : 0;
