import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@atoll/contract/client';
import type { LoopbackServer } from './loopback-server.ts';
import type { Outcome } from './outcome.ts';

/** Kept between attacks; beside other tools that are not the project's own. */
const folder = resolve(import.meta.dirname, '../../node_modules/.cache/atoll-attack');
const version = '4.32.5';
const phantom = 'phantom-large-left';

/**
 * Lets schemathesis make requests of /openapi.json, right ones and wrong ones, and look at the answers: half of the time
 * with ids of its own making, half with those of a job that is done, of which it may then remove nothing.
 * @returns null, with the reason on stderr, where it cannot be had: it comes from PyPI.
 */
export async function attackWithSchemathesis(
  { url, isAlive }: LoopbackServer,
  seconds: number,
  seed: number,
): Promise<Outcome | null> {
  const program = install();
  if (program === null) return null;
  const scratch = mkdtempSync(join(tmpdir(), 'atoll-schemathesis-'));
  try {
    const half = Math.max(1, Math.round(seconds / 2));
    const blind = await run(program, scratch, argumentsOf(url, half, seed));
    writeFileSync(join(scratch, 'schemathesis.toml'), await realNames(url));
    const knowing = await run(program, scratch, [
      ...argumentsOf(url, half, seed),
      ...['--exclude-method', 'DELETE'],
    ]);
    const faults = [...blind.faults, ...knowing.faults];
    if (!(await isAlive())) faults.push('the service is gone');
    return { name: 'requests by schemathesis', tries: blind.tries + knowing.tries, faults };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function argumentsOf(url: string, seconds: number, seed: number): string[] {
  return [
    'run',
    `${url}/openapi.json`,
    // A busy service's 503 and 507 are answers like others, and are in the document.
    ...['--checks', 'not_a_server_error,content_type_conformance', '--continue-on-failure'],
    ...['--max-time', String(seconds), '--phases', 'coverage,fuzzing', '--warnings', 'off'],
    // It makes no bodies of bytes, such as a piece of an upload is; `attackUploads` does.
    ...['--exclude-path', '/api/uploads/{uploadId}'],
    // Nor of instances; `attackDoors` sends them.
    ...['--exclude-path', '/dicom-web/studies', '--exclude-path', '/dicom-web/studies/{studyUid}'],
    ...['--request-timeout', '60', '--seed', String(seed), '--no-color'],
  ];
}

/** Its settings: names that lead to something, wherever one is asked for. */
async function realNames(url: string): Promise<string> {
  const client = createClient(url);
  const { jobId } = await client.segment({ case_id: phantom });
  for (let tries = 0; tries < 600 && (await client.getJob(jobId)).status !== 'completed'; tries++) {
    await sleep(200);
  }
  const names = { jobId, caseId: phantom, filename: 'lesion_msk.nii.gz', file: 'dwi.nii.gz' };
  const lines = Object.entries(names).map(([name, value]) => `"path.${name}" = ${JSON.stringify(value)}`);
  return `[parameters]\n${lines.join('\n')}\n`;
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

const isCut = /Time limit reached/;

/** Its exit status says whether something fell; what, its report does. */
async function run(program: string, cwd: string, args: readonly string[]) {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += String(chunk);
    });
  }
  const status = await new Promise((done) => child.once('close', done));
  const tries = Number((/([\d,]+) generated/.exec(text)?.[1] ?? '0').replaceAll(',', ''));
  const named = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^- /.test(line) || /Network Error/.test(line))
    .filter((line) => !isCut.test(line));
  const unnamed = `it ended with ${status}: ${text.slice(-1500)}`;
  // On a busy machine its time may be over before its first request.
  const isFine = named.length === 0 && (isCut.test(text) || (status === 0 && tries > 0));
  return { tries, faults: isFine ? [] : named.length > 0 ? named : [unnamed] };
}
