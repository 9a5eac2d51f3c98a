import type { Engine } from '@atoll/engines/engine';
import { AtollError } from '@atoll/errors/error';
import { Command } from 'commander';
import { openEngines } from '../engine-list.ts';
import { untilInterrupted } from '../interrupt.ts';
import { PullBar } from '../pull-bar.ts';

const help = `
Examples:
  atoll engines
  atoll engines pull deepisles

Two to five of them joined by + are an ensemble, such as --engine diffusion+deepisles: docs/ensembles.md.`;

export function enginesCommand(): Command {
  const command = new Command('engines')
    .description('list the engines with their presets and options; download what an engine needs')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', help)
    .action(list);
  command
    .command('pull')
    .description('download what an engine needs to run here (for deepisles, a container image of many GB)')
    .argument('<engine>', 'id of the engine')
    .addHelpText(
      'after',
      '\nNothing else ever downloads it. Ctrl-C stops it; what was downloaded is kept for the next attempt.',
    )
    .action(pull);
  return command;
}

async function list({ json }: { readonly json?: boolean }): Promise<void> {
  const engines = await Promise.all((await openEngines()).list().map(describe));
  if (json === true) process.stdout.write(`${JSON.stringify(engines, null, 2)}\n`);
  else process.stdout.write(`${engines.map(inWords).join('\n')}\n`);
}

async function describe(engine: Engine) {
  const { id, version, title, description, presets, options } = engine;
  return { id, version, title, description, presets, options, ...(await engine.availability()) };
}

function inWords(engine: Awaited<ReturnType<typeof describe>>): string {
  const named = ({ id, description }: { readonly id: string; readonly description: string }) =>
    `    ${id.padEnd(14)} ${description}`;
  return [
    `${engine.id} ${engine.version}: ${engine.title}`,
    `  ${engine.usable ? 'can run here' : `cannot run here: ${engine.reason}\n  → ${engine.cure}`}`,
    '  presets (the first unless --preset names another):',
    ...engine.presets.map(named),
    ...(engine.options.length > 0 ? ['  options (--option):', ...engine.options.map(named)] : []),
    '',
  ].join('\n');
}

async function pull(id: string): Promise<void> {
  const engine = (await openEngines()).find(id);
  if (engine.install === undefined) {
    throw new AtollError('ENGINE_UNAVAILABLE', `The engine "${id}" has nothing to download.`);
  }
  const bar = new PullBar();
  await engine.install(untilInterrupted(), (line) => bar.line(line)).finally(() => bar.clear());
  const availability = await engine.availability();
  const next = availability.usable
    ? 'and can run here'
    : `but cannot run here yet: ${availability.reason}\n→ ${availability.cure}`;
  process.stdout.write(`${engine.title} is there, ${next}\n`);
}
