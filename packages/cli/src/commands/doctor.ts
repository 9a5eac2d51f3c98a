import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { exitCodes } from '../exit.ts';

type Finding = {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  readonly cure?: string;
};

const gigabyte = 2 ** 30;
const pageDir = join(import.meta.dirname, '../../../viewer/dist');

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('say what can run on this machine, and why not')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', '\nExit code 1 when no engine can run or the data folder cannot be used.')
    .action(doctor);
}

async function doctor({ json }: { readonly json?: boolean }): Promise<void> {
  const { readSettings } = await import('@atoll/server/settings');
  const settings = readSettings(process.env);
  const engines = await examineEngines();
  const machine = [nodeFinding(), hardwareFinding(), folderFinding(settings.dataDir), pageFinding()];
  const able = engines.some(({ ok }) => ok) && machine.every(({ ok, what }) => ok || what === 'page');
  if (json === true) process.stdout.write(`${JSON.stringify({ able, machine, engines }, null, 2)}\n`);
  else process.stdout.write(`${[...machine, ...engines].map(describe).join('\n')}\n`);
  if (!able) process.exitCode = exitCodes.failed;
}

async function examineEngines(): Promise<Finding[]> {
  const { listEngines } = await import('@atoll/engines/registry');
  return Promise.all(
    listEngines().map(async (engine) => {
      const availability = await engine.availability();
      const what = `engine ${engine.id}`;
      if (availability.usable) return { what, ok: true, found: `${engine.title} ${engine.version}` };
      return { what, ok: false, found: availability.reason, cure: availability.cure };
    }),
  );
}

function nodeFinding(): Finding {
  const ok = Number(process.versions.node.split('.')[0]) >= 24;
  const cure = 'Run through npm (npm start, npx atoll), which brings its own Node 24.';
  return { what: 'node', ok, found: process.versions.node, ...(ok ? {} : { cure }) };
}

function hardwareFinding(): Finding {
  const memory = (totalmem() / gigabyte).toFixed(0);
  return { what: 'machine', ok: true, found: `${availableParallelism()} cores, ${memory} GB of memory` };
}

function folderFinding(folder: string): Finding {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return {
      what: 'data folder',
      ok: true,
      found: `${folder}, ${((bavail * bsize) / gigabyte).toFixed(1)} GB free`,
    };
  } catch {
    return {
      what: 'data folder',
      ok: false,
      found: `${folder} cannot be written to`,
      cure: 'Choose another with ATOLL_DATA_DIR.',
    };
  }
}

function pageFinding(): Finding {
  const ok = existsSync(join(pageDir, 'index.html'));
  return { what: 'page', ok, found: ok ? 'built' : 'not built', ...(ok ? {} : { cure: 'npm run build' }) };
}

function describe({ what, ok, found, cure }: Finding): string {
  return `${ok ? 'ok ' : 'NO '} ${what.padEnd(18)} ${found}${cure === undefined ? '' : `\n   ${' '.repeat(18)} → ${cure}`}`;
}
