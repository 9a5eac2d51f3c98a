import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StudyDesk } from '@atoll/archive/study-desk';
import { thisMachine } from '@atoll/engines/machine';
import type { Engines } from '@atoll/engines/registry';
import { AtollError } from '@atoll/errors/error';
import { openInstance } from '@atoll/instance/instance';
import type { Settings } from '@atoll/instance/settings';
import { closeAtSignal } from '@atoll/instance/signals';
import type { Jobs } from '@atoll/jobs/jobs';
import type { FastifyInstance } from 'fastify';
import { collectWhenIdle } from './answers/idle-collection.ts';
import { checkOpenness } from './guards/openness.ts';
import { openingDesk } from './jobs/opening-desk.ts';
import { buildServer } from './server.ts';
import { ArrivalDesk } from './uploads/arrival-desk.ts';
import { UploadDesk } from './uploads/upload-desk.ts';

export type RunningServer = {
  /** Where it can be reached on this machine. */
  readonly url: string;
  /** Ends what is under way within the grace of the settings; jobs cut short run again at the next start. */
  close(): Promise<void>;
};

/** The page as scripts/build-page.ts builds it. */
const builtPage = join(import.meta.dirname, '../../viewer/dist');

/**
 * Starts queue, engines and HTTP, says where on stdout in one line, and stops at SIGINT, SIGTERM or SIGHUP.
 * @throws AtollError SETTINGS_INVALID, PORT_IN_USE, DATA_DIR_*, DATABASE_UNREACHABLE
 */
export async function startServer(settings: Settings): Promise<RunningServer> {
  checkOpenness(settings);
  const instance = openInstance(settings);
  const { engines, cases, atlas, modelRuntime } = instance;
  const pageDir = existsSync(join(builtPage, 'index.html')) ? builtPage : null;
  const uploads = settings.uploads ? new UploadDesk(settings, instance.uploads) : null;
  const opening = Promise.withResolvers<Jobs>();
  // Who stores something waits until the queue is open, as all requests do.
  const desk = Promise.withResolvers<StudyDesk>();
  const { archives } = settings;
  const arrivals = archives.receives ? new ArrivalDesk(settings, desk.promise, uploads?.room ?? null) : null;
  const access = opening.promise.then(({ access }) => access);
  // Whoever waits for them hears of it, and so does the caller.
  for (const awaited of [opening.promise, access, desk.promise]) awaited.catch(() => undefined);
  const server = await buildServer({
    settings,
    jobs: openingDesk(opening.promise),
    opening: opening.promise,
    access,
    cases,
    uploads,
    arrivals,
    engines,
    atlas,
    modelRuntime,
    machine: thisMachine,
    pageDir,
  });
  const { log } = server;
  // First the door: a port that is taken is told before a database is opened, which takes longer than the rest.
  const url = await listen(server, settings);
  let jobs: Jobs | null = null;
  let studies: StudyDesk;
  try {
    await uploads?.start((err) => log.error({ err }, 'an error while removing old uploads'));
    await arrivals?.start();
    jobs = await instance.openQueue(() => log);
    studies = await StudyDesk.open(instance, jobs, log);
  } catch (thrown) {
    uploads?.stop();
    opening.reject(thrown);
    desk.reject(thrown);
    await server.close();
    await jobs?.stop();
    throw thrown;
  }
  desk.resolve(studies);
  opening.resolve(jobs);
  if (archives.receives || archives.forResults.length > 0) studies.start();
  logAbilities(log, engines, settings.engine);
  const stopCollecting = collectWhenIdle();

  const opened = jobs;
  let closing: Promise<void> | null = null;
  const close = () => {
    uploads?.stop();
    stopCollecting();
    closing ??= stop(server, studies, opened, settings.shutdownGraceSeconds * 1000).finally(forgetSignals);
    return closing;
  };
  const forgetSignals = closeAtSignal(log, close);
  if (settings.dataLoss !== null) {
    const news = 'Jobs and results are stored in a folder that may be lost with this machine';
    process.stderr.write(
      `${news} (${settings.dataDir}): ${settings.dataLoss}. ATOLL_DATA_DIR sets another.\n`,
    );
  }
  process.stdout.write(`Atoll is ready at ${url}\n`);
  return { url, close };
}

/** What can run here, and why not, for the log: nobody waits for it. */
function logAbilities(log: FastifyInstance['log'], engines: Engines, chosen: string): void {
  const asked = engines.list().map(async (engine) => ({ id: engine.id, ...(await engine.availability()) }));
  Promise.all([thisMachine(), ...asked])
    .then(([machine, ...abilities]) => {
      log.info({ machine, engines: abilities }, 'what can run here');
      const own = abilities.find(({ id }) => id === chosen);
      // Jobs that name another engine still run.
      if (own?.usable === false) log.warn({ engine: own }, 'the default engine cannot run here');
    })
    .catch((err: unknown) => log.error({ err }, 'the machine check failed'));
}

/** @returns where the server can be reached on this machine. */
async function listen(server: FastifyInstance, { host, port }: Settings): Promise<string> {
  try {
    // As many at the door as the system lets stand there: the first polls of a crowd come at once.
    await server.listen({ host, port, backlog: 4096 });
  } catch (thrown) {
    await server.close();
    throw listenError(thrown, host, port);
  }
  const address = server.server.address();
  const bound = address !== null && typeof address === 'object' ? address.port : port;
  const everywhere = ['0.0.0.0', '::', '127.0.0.1'].includes(host);
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${bound}`;
}

function listenError(thrown: unknown, host: string, port: number): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  const fault = (name: string, text: string) =>
    new AtollError('SETTINGS_INVALID', `${name}: ${text}`, { cause: thrown });
  if (code === 'EADDRINUSE') {
    return new AtollError('PORT_IN_USE', `Port ${port} of ${host} is already in use.`, { cause: thrown });
  }
  if (code === 'EACCES') return fault('ATOLL_PORT', `port ${port} is reserved; this user may not use it`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return fault('ATOLL_HOST', `${host} is not an address of this machine`);
  }
  return thrown;
}

/** First the requests, then the jobs: a request under way may still need the queue. */
async function stop(
  server: FastifyInstance,
  studies: Pick<StudyDesk, 'stop'>,
  jobs: Pick<Jobs, 'stop'>,
  graceMs: number,
): Promise<void> {
  const deadline = performance.now() + graceMs;
  const cut = setTimeout(() => server.server.closeAllConnections(), graceMs);
  await server.close();
  clearTimeout(cut);
  await studies.stop();
  await jobs.stop({ graceMs: Math.max(500, deadline - performance.now()) });
}
