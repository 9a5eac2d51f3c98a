import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { processorSeconds, type Subject } from './subject.ts';

/** One run of wrk against one path. */
export type Load = {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of the server's processor for each request. */
  readonly processorMs: number;
  /** Answers that were no 2xx or 3xx, and broken connections. */
  readonly failures: number;
};

const run = promisify(execFile);

/** @param post a body to send, else GET. @param folder for wrk's script. */
export async function load(
  subject: Subject,
  path: string,
  clients: number,
  seconds: number,
  folder: string,
  post: string | null = null,
): Promise<Load> {
  const script = join(folder, 'wrk.lua');
  const lines = [
    ...(post === null
      ? []
      : [
          'wrk.method = "POST"',
          'wrk.headers["Content-Type"] = "application/json"',
          `wrk.body = ${JSON.stringify(post)}`,
        ]),
    'done = function(summary, latency)',
    '  local e = summary.errors',
    '  local broken = e.connect + e.read + e.write + e.timeout + e.status',
    '  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,',
    '    latency:percentile(50), latency:percentile(99), broken))',
    'end',
  ];
  writeFileSync(script, lines.join('\n'));
  const pid = subject.process.pid ?? 0;
  const before = processorSeconds(pid);
  const args = ['-t1', `-c${clients}`, `-d${seconds}s`, '--timeout', '30s', '-s', script, subject.url + path];
  const { stdout } = await run('wrk', args);
  const used = processorSeconds(pid) - before;
  const found = /RESULT (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(stdout);
  if (found === null) throw new Error(`wrk said: ${stdout}`);
  const [requests, microseconds, p50, p99, failures] = found.slice(1).map(Number);
  return {
    perSecond: requests / (microseconds / 1e6),
    p50: p50 / 1000,
    p99: p99 / 1000,
    processorMs: (1000 * used) / requests,
    failures,
  };
}
