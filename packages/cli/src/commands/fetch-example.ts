import { Command } from 'commander';
import { checkMirror, fetchWithBar } from '../pinned-fetch.ts';

const help = `
The images (3 MB) are verified against known SHA-256 checksums and stored in the data folder (ATOLL_DATA_DIR). If interrupted, run it again: files already downloaded are kept.

Examples:
  atoll cases fetch-example
  atoll cases fetch-example --url https://mirror.example.org/isles22
  atoll segment --case isles22-example --out result`;

export function fetchExampleCommand(): Command {
  return new Command('fetch-example')
    .description('download a real ISLES’22 patient with an expert’s mask, as a case')
    .option('--url <address>', 'web folder with the three files, instead of their original locations')
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
    `${title}, licence ${licence} (${licenceUrl}): give credit, and share adaptations under the same licence.\n${citation}\n\nFrom:\n${names.join('\n')}\n\n`,
  );
  process.stdout.write(
    `${await fetchWithBar(source, url)}. The case is ${id}:\n  atoll segment --case ${id} --out result\n`,
  );
}
