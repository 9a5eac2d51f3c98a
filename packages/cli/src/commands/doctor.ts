import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '@atoll/engines/machine';
import type { Instance } from '@atoll/instance/instance';
import type { Settings } from '@atoll/instance/settings';
import { Command } from 'commander';
import { exitCodes } from '../exit.ts';

type Finding = {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  readonly cure?: string;
  /** Atoll runs without it. */
  readonly isOptional?: boolean;
};

const gigabyte = 2 ** 30;
const pageDir = join(import.meta.dirname, '../../../viewer/dist');

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check what can run on this machine, and why not')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', '\nExit code 1 when no engine can run or the data folder cannot be used.')
    .action(doctor);
}

async function doctor({ json }: { readonly json?: boolean }): Promise<void> {
  const { openInstance } = await import('@atoll/instance/instance');
  const instance = openInstance();
  const engines = await examineEngines(instance);
  const { thisMachine } = await import('@atoll/engines/machine');
  const machine = [
    nodeFinding(),
    ...machineFindings(await thisMachine()),
    ...(await storeFindings(instance)),
    ...(await caseFindings(instance)),
    await atlasFinding(instance),
    ...(await modelFindings(instance)),
    pageFinding(),
  ];
  const able =
    engines.some(({ ok }) => ok) && machine.every(({ ok, isOptional }) => ok || isOptional === true);
  if (json === true) process.stdout.write(`${JSON.stringify({ able, machine, engines }, null, 2)}\n`);
  else process.stdout.write(`${[...machine, ...engines].map(describe).join('\n')}\n`);
  if (!able) process.exitCode = exitCodes.failed;
}

async function examineEngines({ engines }: Instance): Promise<Finding[]> {
  return Promise.all(
    engines.list().map(async (engine) => {
      const availability = await engine.availability();
      const what = `engine ${engine.id}`;
      if (availability.usable) return { what, ok: true, found: `${engine.title} ${engine.version}` };
      return { what, ok: false, found: availability.reason, cure: availability.cure };
    }),
  );
}

function nodeFinding(): Finding {
  const ok = Number(process.versions.node.split('.')[0]) >= 24;
  const cure = 'Run it through npm (npm start, npx atoll), which provides its own Node 24.';
  return { what: 'node', ok, found: process.versions.node, ...(ok ? {} : { cure }) };
}

function machineFindings(machine: Machine): Finding[] {
  const { cores, memoryBytes, freeMemoryBytes, gpus, containers } = machine;
  const memory = `${gigabytes(memoryBytes)} GB of memory, ${gigabytes(freeMemoryBytes)} GB free`;
  const gpu = gpus.map(
    ({ name, memoryMegabytes, freeMegabytes, driver }) =>
      `${name} (${memoryMegabytes} MB, ${freeMegabytes} MB free, driver ${driver})`,
  );
  return [
    { what: 'machine', ok: true, found: `${cores} cores, ${memory}` },
    { what: 'GPU', ok: gpus.length > 0, found: machine.gpuReason ?? gpu.join('; '), isOptional: true },
    {
      what: 'containers',
      ok: containers !== null,
      found: machine.containersReason ?? `${containers?.runtime} ${containers?.version}`,
      isOptional: true,
    },
    {
      what: 'DeepISLES image',
      ok: machine.isDeepIslesImage,
      found: machine.isDeepIslesImage ? 'Atoll runs inside it' : 'Atoll does not run inside it',
      isOptional: true,
    },
  ];
}

/** Where jobs and results are kept, and whether that answers. */
async function storeFindings({ settings }: Instance): Promise<Finding[]> {
  const { checkBucket, checkDatabase } = await import('@atoll/instance/store-checks');
  const findings = [folderFinding(settings)];
  const { databaseUrl, bucket } = settings;
  if (databaseUrl !== null) findings.push(await tried('database', 'PostgreSQL', checkDatabase(databaseUrl)));
  if (bucket !== null) findings.push(await tried('bucket', bucket.endpoint, checkBucket(bucket)));
  return findings;
}

/** Every place that cases come from; without one of them Atoll runs all the same. */
async function caseFindings(instance: Instance): Promise<Finding[]> {
  const { cases, sources } = await instance.cases.survey();
  const { bidsDir } = instance.settings;
  return sources.map(({ id, title, ok, problem }) => {
    const count = cases.filter(({ source }) => source === id).length;
    const place = id === 'bids' && bidsDir !== null ? ` ${bidsDir}` : '';
    const unfetched = id === 'example' && count === 0;
    return {
      what: `cases: ${id}`,
      ok,
      found: `${title}${place}${ok ? `, ${count} cases` : ''}${problem === null ? '' : `: ${problem}`}`,
      isOptional: true,
      ...(unfetched ? { cure: 'Download it with atoll cases fetch-example.' } : {}),
    };
  });
}

/** Without an atlas masks are made all the same; it is only not said where they lie. */
async function atlasFinding({ atlas: folder }: Instance): Promise<Finding> {
  const read = await Promise.all(folder.files.map((file) => folder.read(file)));
  const what = 'atlas';
  if (read.every((bytes) => bytes !== null)) return { what, ok: true, found: folder.about.title };
  const damaged = await folder.areThere();
  return {
    what,
    ok: false,
    found: `${damaged ? 'damaged' : 'not downloaded'}: reports do not name the territory of a lesion`,
    isOptional: true,
    cure: 'Download it with atoll atlas fetch.',
  };
}

/** Models that were added and cannot be used; those that can are among the engines. */
async function modelFindings({ settings }: Instance): Promise<Finding[]> {
  const { modelShelf } = await import('@atoll/instance/models');
  return modelShelf(settings)
    .list()
    .broken.map(({ id, reason }) => ({
      what: `model ${id}`,
      ok: false,
      found: reason,
      isOptional: true,
      cure: `Remove it with atoll models remove ${id}, and add it again.`,
    }));
}

async function tried(what: string, name: string, trial: Promise<void>): Promise<Finding> {
  try {
    await trial;
    return { what, ok: true, found: `${name} is reachable` };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : 'unknown';
    return {
      what,
      ok: false,
      found: `${name} is not responding: ${reason}`,
      cure: 'Check its address and key.',
    };
  }
}

function folderFinding({ dataDir: folder, dataLoss }: Settings): Finding {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return {
      what: 'data folder',
      ok: true,
      found: `${folder}, ${gigabytes(bavail * bsize)} GB free${dataLoss === null ? '' : `; may be lost: ${dataLoss}`}`,
      ...(dataLoss === null ? {} : { cure: 'Choose a persistent folder with ATOLL_DATA_DIR.' }),
    };
  } catch {
    return {
      what: 'data folder',
      ok: false,
      found: `${folder} is not writable`,
      cure: 'Choose another with ATOLL_DATA_DIR.',
    };
  }
}

function pageFinding(): Finding {
  const ok = existsSync(join(pageDir, 'index.html'));
  const found = ok ? 'built' : 'not built';
  return { what: 'page', ok, found, isOptional: true, ...(ok ? {} : { cure: 'npm run build' }) };
}

function gigabytes(bytes: number): string {
  return (bytes / gigabyte).toFixed(1);
}

function describe({ what, ok, found, cure, isOptional }: Finding): string {
  return `${ok ? 'ok ' : isOptional === true ? '–  ' : 'NO '} ${what.padEnd(18)} ${found}${cure === undefined ? '' : `\n   ${' '.repeat(18)} → ${cure}`}`;
}
