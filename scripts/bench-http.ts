/**
 * `npm run bench:http [-- --seconds 3] [--rounds 3] [--only cases,job,file,health,segment,crowds]`: how quickly the service answers, as ratios to
 * a stand-in of the service that Atoll re-creates (scripts/bench-http/stand-in.py), both on this machine by turns. Needs
 * wrk, and PyPI the first time; without PyPI a bare node:http stands in, as the limit of what Node can do.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureCrowds } from './bench-http/crowds.ts';
import { type Load, load } from './bench-http/load.ts';
import { makeBidsFolder, startOurs, withResult } from './bench-http/ours.ts';
import { ensureFastApi, startStandIn } from './bench-http/stand-in.ts';
import { median, memory, type Subject, stopProcess } from './bench-http/subject.ts';
import { installDebianPackage } from './debian-package.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const crowds = [1, 32, 256];
const warmUpSeconds = 2;

type Row = {
  readonly id: string;
  readonly title: string;
  readonly path: (subject: Subject) => string;
  readonly post?: (subject: Subject) => string;
};
const rows: readonly Row[] = [
  { id: 'cases', title: 'GET /api/cases, 157 cases to 149', path: () => '/api/cases' },
  { id: 'job', title: 'GET /api/jobs/{id}, completed', path: ({ jobPath }) => jobPath },
  { id: 'file', title: 'GET a file of 3 MB', path: ({ filePath }) => filePath },
  { id: 'health', title: 'GET /health', path: () => '/health' },
  {
    id: 'segment',
    title: 'POST /api/segment, jobs running',
    path: () => '/api/segment',
    post: ({ body }) => body,
  },
];
const wanted = values.only === '' ? rows : rows.filter(({ id }) => values.only.split(',').includes(id));

if (spawnSync('wrk', ['-v']).error && !installDebianPackage('wrk')) {
  throw new Error('wrk is needed (Debian: apt-get install wrk).');
}
const isFastApi = ensureFastApi();
const folder = mkdtempSync(join(tmpdir(), 'atoll-bench-'));
const running = new Set<Subject | Pick<Subject, 'process'>>();
try {
  await bench();
} finally {
  for (const each of running) await stopProcess(each);
  rmSync(folder, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  const dataDir = join(folder, 'data');
  const bidsDir = makeBidsFolder(folder);
  const file = randomBytes(3_000_000);
  const first = await startOurs(folder, dataDir, bidsDir);
  running.add(first);
  const made = await withResult(first, dataDir, file);
  const firstPeak = memory(first.process.pid ?? 0).peak;
  await stopProcess(first);
  running.delete(first);
  const template = join(folder, 'template');
  cpSync(dataDir, template, { recursive: true });

  const again = async () => {
    const started = await startOurs(folder, dataDir, bidsDir);
    const subject: Subject = { ...made, ...started };
    running.add(subject);
    return subject;
  };
  const other = async () => {
    const subject = await startStandIn(folder, file, isFastApi);
    running.add(subject);
    return subject;
  };
  const stop = async (subject: Subject) => {
    await stopProcess(subject);
    running.delete(subject);
  };
  /** As after an ordinary start, with none of the jobs that were submitted since. */
  const afresh = async (subject: Subject) => {
    await stop(subject);
    if (subject.name !== 'Atoll') return other();
    rmSync(dataDir, { recursive: true });
    cpSync(template, dataDir, { recursive: true });
    return again();
  };

  let ours = await again();
  let theirs = await other();
  const rest = { ours: memory(ours.process.pid ?? 0), theirs: memory(theirs.process.pid ?? 0) };
  console.log(`${cpus().length} × ${cpus()[0].model}; Node ${process.version}; Atoll ÷ ${theirs.name}`);
  console.log(
    `${'requests a second'.padEnd(36)}${crowds.map((clients) => `${clients} client${clients > 1 ? 's' : ''}`.padStart(22)).join('')}   CPU a request`,
  );
  for (const { title, path, post } of wanted) {
    const cells: string[] = [];
    const costs: number[] = [];
    for (const clients of crowds) {
      const mine: Load[] = [];
      const others: Load[] = [];
      for (let round = 0; round < rounds; round++) {
        if (post !== undefined) [ours, theirs] = [await afresh(ours), await afresh(theirs)];
        for (const [subject, loads] of [
          [ours, mine],
          [theirs, others],
        ] as const) {
          const run = (forSeconds: number) =>
            load(subject, path(subject), clients, forSeconds, folder, post?.(subject) ?? null);
          // What a process has just begun with, it compiles still.
          await run(warmUpSeconds);
          loads.push(await run(seconds));
        }
      }
      const [a, b] = [mine, others].map((loads) => median(loads.map(({ perSecond }) => perSecond)));
      const [c, d] = [mine, others].map((loads) => median(loads.map(({ processorMs }) => processorMs)));
      const failures = mine.reduce((sum, each) => sum + each.failures, 0);
      costs.push(c / d);
      cells.push(
        `${(a / b).toFixed(2)} (${a.toFixed(0)}:${b.toFixed(0)})${failures > 0 ? ` ${failures} failed!` : ''}`,
      );
    }
    const cost = costs.map((each) => each.toFixed(2)).join('–');
    console.log(`${title.padEnd(36)}${cells.map((cell) => cell.padStart(22)).join('')}   ${cost}`);
  }
  if (values.only === '' || values.only.includes('crowds')) {
    ours = await afresh(ours);
    await measureCrowds(ours, 15);
  }
  const after = { ours: memory(ours.process.pid ?? 0), theirs: memory(theirs.process.pid ?? 0) };
  const megabytes = (value: number) => value.toFixed(0);
  console.log(
    `start to /health, first / again: ${(first.startMs / 1000).toFixed(2)} / ${(ours.startMs / 1000).toFixed(2)} s; ${theirs.name} ${(theirs.startMs / 1000).toFixed(2)} s`,
  );
  console.log(
    `memory at rest / after the run / peak of an ordinary start: ${megabytes(rest.ours.now)} / ${megabytes(after.ours.now)} / ${megabytes(rest.ours.peak)} MB (first start ${megabytes(firstPeak)}); ${theirs.name} ${megabytes(rest.theirs.now)} / ${megabytes(after.theirs.now)} / ${megabytes(rest.theirs.peak)} MB`,
  );
}
