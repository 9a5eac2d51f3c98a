import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Jobs } from '@atoll/jobs/jobs';
import { openJobs } from '@atoll/jobs/open-jobs';
import { Child } from './child.ts';
import type { PostgresServer } from './postgres-server.ts';
import { answer, readAnswer, Scratch, wholeText } from './scratch.ts';

export type CampaignResult = {
  readonly kills: number;
  readonly acknowledged: number;
  /** Revisions of results that were acknowledged. */
  readonly revisions: number;
  /** What must not be: a sentence for each. */
  readonly faults: readonly string[];
};

export type CampaignOptions = {
  readonly rounds: number;
  /** null plays on the embedded database. */
  readonly server: PostgresServer | null;
  /** Makes a campaign repeatable as far as the machine lets it. */
  readonly seed?: number;
  readonly onRound?: (line: string) => void;
};

/**
 * Kills processes on a queue in moments of chance, again and again, then looks whether every acknowledged job was
 * done, once, with a whole result. On the embedded database each round kills its one process; on PostgreSQL one of
 * an API and three workers, or the server itself.
 */
export async function runCrashCampaign({
  rounds,
  server,
  seed = 1,
  onRound = () => undefined,
}: CampaignOptions): Promise<CampaignResult> {
  const scratch = new Scratch();
  const chance = random(seed);
  try {
    const dataDir = server === null ? await scratch.dataFolder() : scratch.emptyFolder();
    const url = server === null ? null : await server.newDatabase();
    const lines =
      server === null
        ? await killAlone(dataDir, rounds, chance, onRound)
        : await killAmongMany(dataDir, url ?? '', server, rounds, chance, onRound);
    const acknowledged = lines.filter((line) => !isRevision(line));
    const revisions = lines.filter(isRevision);
    const faults = await inspect(dataDir, url, acknowledged, revisions);
    return { kills: rounds, acknowledged: acknowledged.length, revisions: revisions.length, faults };
  } finally {
    await scratch.clear();
  }
}

/** Of a job its id is printed, of a revision the job's and its number. */
function isRevision(line: string): boolean {
  return line.includes(' ');
}

async function killAlone(
  dataDir: string,
  rounds: number,
  chance: () => number,
  onRound: (line: string) => void,
): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    const child = new Child('queue-process', [dataDir, 'both']);
    await child.printed(1);
    await sleep(600 * chance());
    // On a busy machine processes may all have died too young to acknowledge a revision: the last one lives until it has.
    if (round === rounds && !acknowledged.some(isRevision)) await child.hasPrinted(isRevision);
    await child.kill();
    acknowledged.push(...wholeLines(child));
    onRound(`round ${round}: killed, ${acknowledged.length} jobs and revisions acknowledged`);
  }
  return acknowledged;
}

async function killAmongMany(
  dataDir: string,
  url: string,
  server: PostgresServer,
  rounds: number,
  chance: () => number,
  onRound: (line: string) => void,
): Promise<string[]> {
  const acknowledged: string[] = [];
  const roles = ['api', 'worker', 'worker', 'worker'];
  const launch = (role: string) => new Child('queue-process', [dataDir, role, url]);
  const children = roles.map(launch);
  for (const child of children) await child.printed(1);
  for (let round = 1; round <= rounds; round++) {
    await sleep(800 * chance());
    const victim = Math.floor((roles.length + 1) * chance());
    if (victim === roles.length) {
      await server.down('SIGQUIT');
      await server.up();
    } else {
      await children[victim].kill();
      acknowledged.push(...wholeLines(children[victim]));
      children[victim] = launch(roles[victim]);
      await children[victim].printed(1);
    }
    onRound(`round ${round}: ${roles[victim] ?? 'database'} killed`);
  }
  for (const child of children) {
    await child.kill();
    acknowledged.push(...wholeLines(child));
  }
  return acknowledged;
}

/** A line that was cut by the kill was acknowledged to nobody. */
function wholeLines({ lines }: Child): string[] {
  return lines.filter((line) => /^[0-9a-f]{32}( \d+)?$/.test(line));
}

/** Works off what is left, and says what is wrong with what came of it. */
async function inspect(
  dataDir: string,
  databaseUrl: string | null,
  acknowledged: readonly string[],
  revisions: readonly string[],
): Promise<string[]> {
  const faults: string[] = [];
  const ended = new Map<string, string>();
  const jobs = await openJobs({
    dataDir,
    databaseUrl,
    concurrency: 4,
    timeoutSeconds: 60,
    maxPending: 100_000,
    retryDelaySeconds: 0,
    restSeconds: 0,
    handler: async ({ jobId }) => answer(wholeText(jobId)),
  });
  try {
    jobs.watch((change) => {
      if (change === null) return;
      const before = ended.get(change.jobId);
      if (before !== undefined) faults.push(`${change.jobId} became ${change.status} after ${before}`);
      if (change.status === 'completed') ended.set(change.jobId, change.status);
    });
    for (const jobId of acknowledged) {
      const fault = await judge(jobs, jobId);
      if (fault !== null) faults.push(`${jobId} ${fault}`);
    }
    faults.push(...(await judgeRevisions(jobs, acknowledged, revisions)));
    const { pending, running } = await jobs.counts();
    // A job that was queued and never acknowledged may be there, and is done as well.
    for (let tries = 0; pending + running > 0 && tries < 600; tries++) {
      const left = await jobs.counts();
      if (left.pending + left.running === 0) break;
      await sleep(100);
    }
  } finally {
    await jobs.stop();
  }
  const halves = readdirSync(join(dataDir, 'results')).filter((name) => name.startsWith('.aside-'));
  // On a shared folder what is young is left alone for a day: nobody sees it, and the sweep takes it.
  if (databaseUrl === null && halves.length > 0)
    faults.push(`${halves.length} half-written results are left`);
  return faults;
}

async function judge(jobs: Jobs, jobId: string): Promise<string | null> {
  for (let waitedMs = 0; waitedMs < 90_000; waitedMs += 50) {
    const job = await jobs.get(jobId);
    if (job === null) return 'is lost';
    if (job.status === 'completed') {
      return (await readAnswer(jobs, jobId)) === wholeText(jobId) ? null : 'has a result that is not whole';
    }
    if (job.status !== 'pending' && job.status !== 'running') return `ended as ${job.status}`;
    await sleep(50);
  }
  return 'was never done';
}

/** What was acknowledged is there; and whatever is there is whole, numbered without a gap, and of its job. */
async function judgeRevisions(
  jobs: Jobs,
  jobIds: readonly string[],
  acknowledged: readonly string[],
): Promise<string[]> {
  const faults: string[] = [];
  const found = new Set<string>();
  for (const jobId of jobIds) {
    const revisions = await jobs.revisions.list(jobId);
    for (const [at, { number, revisionId }] of revisions.entries()) {
      found.add(`${jobId} ${number}`);
      if (number !== at + 1) faults.push(`${jobId} has a gap before revision ${number}`);
      const text = await readAnswer(jobs, revisionId);
      if (text !== wholeText(`${jobId} ${number}`))
        faults.push(`${jobId} has a revision ${number} that is not whole`);
    }
    const job = await jobs.get(jobId);
    if (job?.revisions !== revisions.length)
      faults.push(`${jobId} counts ${job?.revisions} revisions of ${revisions.length}`);
  }
  for (const revision of acknowledged) if (!found.has(revision)) faults.push(`revision ${revision} is lost`);
  return faults;
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32, public domain). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
