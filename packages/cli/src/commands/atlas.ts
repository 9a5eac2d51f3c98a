import { Command } from 'commander';
import { checkMirror, fetchWithBar } from '../pinned-fetch.ts';

const help = `
The label images (0.5 MB) are verified against known SHA-256 checksums and stored in the atlas folder of the data folder (ATOLL_DATA_DIR), or in ATOLL_ATLAS_DIR. If interrupted, run it again: files already downloaded are kept. From then on every report names the territory and structure of each lesion.

Examples:
  atoll atlas fetch
  atoll atlas fetch --url https://mirror.example.org/atlas`;

export function atlasCommand(): Command {
  const command = new Command('atlas').description('the atlas used for lesion location');
  command
    .command('fetch')
    .description('download the atlas of arterial territories, ASPECTS regions and lobes')
    .option('--url <address>', 'web folder with the four files, instead of their original locations')
    .addHelpText('after', help)
    .action(fetchAtlas);
  return command;
}

async function fetchAtlas({ url }: { readonly url?: string }): Promise<void> {
  checkMirror(url);
  const [{ openInstance }, { addressOf }] = await Promise.all([
    import('@atoll/instance/instance'),
    import('@atoll/cases/remote/pinned-files'),
  ]);
  const folder = openInstance().atlas;
  const { title, licences, citations } = folder.about;
  const names = folder.files.map((file) => `  ${addressOf(file, url)}`);
  process.stdout.write(
    `${title}\n${licences.join('\n')}\nCite:\n${citations.map((text) => `  ${text}`).join('\n')}\n\nFrom:\n${names.join('\n')}\n\n`,
  );
  process.stdout.write(`${await fetchWithBar(folder, url)}.\n`);
}
