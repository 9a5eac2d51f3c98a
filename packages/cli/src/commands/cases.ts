import { Command } from 'commander';
import { exitCodes } from '../exit.ts';
import { plainLines } from '../terminal-text.ts';
import { addCaseCommand } from './add-case.ts';
import { fetchExampleCommand } from './fetch-example.ts';
import { removeCaseCommand } from './remove-case.ts';

type Options = { readonly json?: boolean; readonly bids?: string };

const help = `
Examples:
  atoll cases --json
  atoll cases --bids /srv/isles22
  atoll cases fetch-example
  atoll cases add --dwi dwi.nii.gz --adc adc.nii.gz

Cases come from a BIDS folder (ATOLL_BIDS_DIR), from the Hugging Face Hub (ATOLL_HUB_DATASET), from the example once it has been downloaded, and from Atoll itself: docs/cases.md.`;

export function casesCommand(): Command {
  return new Command('cases')
    .description('list the cases that can be run without files of your own')
    .enablePositionalOptions()
    .option('--json', 'print the list as JSON')
    .option('--bids <folder>', 'BIDS data set to list (default: ATOLL_BIDS_DIR)')
    .addCommand(addCaseCommand())
    .addCommand(removeCaseCommand())
    .addCommand(fetchExampleCommand())
    .addHelpText('after', help)
    .action(listCases);
}

async function listCases({ json, bids }: Options): Promise<void> {
  const { openCases } = await import('../case-list.ts');
  const { cases, sources } = await (await openCases(bids)).survey();
  for (const { title, problem } of sources) {
    if (problem !== null) process.stderr.write(plainLines(`${title}: ${problem}\n`));
  }
  if (json === true) process.stdout.write(`${JSON.stringify(cases, null, 2)}\n`);
  else {
    const width = cases.reduce((longest, { id }) => Math.max(longest, id.length), 0);
    for (const { id, title, description } of cases) {
      process.stdout.write(
        plainLines(`${id.padEnd(width)}  ${title}\n${' '.repeat(width)}  ${description}\n`),
      );
    }
  }
  if (sources.some(({ ok }) => !ok)) process.exitCode = exitCodes.failed;
}
