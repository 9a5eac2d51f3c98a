import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LoopbackServer } from './loopback-server.ts';
import type { Outcome } from './outcome.ts';

/** Kept between attacks; beside other tools that are not the project's own. */
const folder = resolve(import.meta.dirname, '../../node_modules/.cache/atoll-attack');
const version = '4.32.5';

/**
 * Lets schemathesis make requests of /openapi.json, right ones and wrong ones, and look at the answers.
 * @returns null, with the reason on stderr, where it cannot be had: it comes from PyPI.
 */
export async function attackWithSchemathesis(
  { url, isAlive }: LoopbackServer,
  seconds: number,
  seed: number,
): Promise<Outcome | null> {
  const program = install();
  if (program === null) return null;
  const report = await run(
    program,
    [
      'run',
      `${url}/openapi.json`,
      ...['--checks', 'not_a_server_error,content_type_conformance'],
      ...['--max-examples', '100000', '--phases', 'examples,coverage,fuzzing', '--continue-on-failure'],
      ...['--request-timeout', '60', '--seed', String(seed), '--no-color'],
    ],
    seconds,
  );
  const [, tries = '0'] = /([\d,]+) (?:generated|test cases? generated)/.exec(report) ?? [];
  // Answers of a service that is busy are no faults.
  const faults = report
    .split('\n')
    .filter((line) => /Server error|Undocumented Content-Type|Network Error/.test(line))
    .map((line) => line.trim());
  if (!(await isAlive())) faults.push('the service is gone');
  return { name: 'requests by schemathesis', tries: Number(tries.replaceAll(',', '')), faults };
}

function install(): string | null {
  const program = join(folder, 'bin/schemathesis');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const steps = [
    ['python3', ['-m', 'venv', folder]],
    [
      join(folder, 'bin/pip'),
      ['install', '--quiet', '--disable-pip-version-check', `schemathesis==${version}`],
    ],
  ] as const;
  for (const [command, args] of steps) {
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 300_000 });
    if (status === 0) continue;
    process.stderr.write(`schemathesis cannot be had, so that it does not attack: ${stderr.slice(-300)}\n`);
    return null;
  }
  return program;
}

/** What it prints, also when its time is over: it is asked to end then, and says what it has. */
function run(program: string, args: readonly string[], seconds: number): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += String(chunk);
      });
    }
    const stop = setTimeout(() => child.kill('SIGINT'), seconds * 1000);
    child.once('close', () => {
      clearTimeout(stop);
      resolve(text);
    });
  });
}
