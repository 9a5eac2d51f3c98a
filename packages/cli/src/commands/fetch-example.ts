import { Command } from 'commander';
import { checkMirror, fetchWithBar } from '../pinned-fetch.ts';

const help = `
The images (3 MB) are checked against known SHA-256 sums and kept in the data folder (ATOLL_DATA_DIR). Run it again after
a break: what is there stays.

Examples:
  atoll cases fetch-example
  atoll cases fetch-example --url https://mirror.example.org/isles22
  atoll segment --case isles22-example --out result`;

export function fetchExampleCommand(): Command {
  return new Command('fetch-example')
    .description('download a real patient of ISLES’22 with an expert’s mask, as a case')
    .option(
      '--url <address>',
      'folder on the web that holds the three files, in place of their own addresses',
    )
    .addHelpText('after', help)
    .action(fetchExample);
}

async function fetchExample({ url }: { readonly url?: string }): Promise<void> {
  checkMirror(url);
  const [{ openInstance }, { addressOf }] = await Promise.all([
    import('@atoll/instance/instance'),
    import('@atoll/cases/remote/pinned-files'),
  ]);
  const source = openInstance().example;
  const { id, title, licence, licenceUrl, citation, files } = source.example;
  const names = files.map((file) => `  ${addressOf(file, url)}`);
  process.stdout.write(
    `${title}, licence ${licence} (${licenceUrl}): give credit, and share what you change of it alike.\n${citation}\n\nFrom:\n${names.join('\n')}\n\n`,
  );
  process.stdout.write(
    `${await fetchWithBar(source, url)}. The case is ${id}:\n  atoll segment --case ${id} --out result\n`,
  );
}
