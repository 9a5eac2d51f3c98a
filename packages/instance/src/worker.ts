import { pino } from 'pino';
import { openInstance } from './instance.ts';
import { loggerOptions } from './log.ts';
import type { Settings } from './settings.ts';
import { closeAtSignal } from './signals.ts';

/**
 * Works on a shared queue without serving anything, says so on stdout in one line, and stops at SIGINT, SIGTERM
 * or SIGHUP; what runs then goes back to the queue.
 * @param settings with a database URL.
 * @throws AtollError SETTINGS_INVALID, DATA_DIR_UNUSABLE, DATABASE_UNREACHABLE
 */
export async function startWorker(settings: Settings): Promise<{ close(): Promise<void> }> {
  const { stream, ...options } = loggerOptions(settings, process.stderr, process.stderr.isTTY);
  const log = pino(options, stream);
  const jobs = await openInstance(settings).openQueue(() => log);
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= jobs.stop({ graceMs: settings.shutdownGraceSeconds * 1000 }).finally(forgetSignals);
    return closing;
  };
  const forgetSignals = closeAtSignal(log, close);
  const many = settings.jobConcurrency === 1 ? 'one job' : `${settings.jobConcurrency} jobs`;
  process.stdout.write(`Atoll works on the shared queue, ${many} at a time\n`);
  return { close };
}
