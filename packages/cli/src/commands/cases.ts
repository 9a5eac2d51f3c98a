import { Command } from 'commander';

export function casesCommand(): Command {
  return new Command('cases')
    .description('list the cases that can be run without files of your own')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', '\nExample:\n  atoll cases --json')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { openCases } = await import('../case-list.ts');
      const cases = await (await openCases()).list();
      if (json === true) {
        process.stdout.write(`${JSON.stringify(cases, null, 2)}\n`);
        return;
      }
      const width = Math.max(...cases.map(({ id }) => id.length));
      for (const { id, title, description } of cases) {
        process.stdout.write(`${id.padEnd(width)}  ${title}\n${' '.repeat(width)}  ${description}\n`);
      }
    });
}
