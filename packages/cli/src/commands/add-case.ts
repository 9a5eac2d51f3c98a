import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import type { Received, ReceivedFile } from '@atoll/reception/received';
import { type CaseRole, caseRoles } from '@atoll/volume/case-files';
import { Command } from 'commander';
import { askServer, serverUrl } from '../ask-server.ts';
import { parseBValue } from '../b-value-option.ts';
import { UsageError } from '../exit.ts';
import { untilInterrupted } from '../interrupt.ts';
import { plainLines } from '../terminal-text.ts';

type Options = Readonly<Partial<Record<CaseRole | 'in' | 'subject' | 'title' | 'server', string>>> & {
  readonly bValue?: number;
  readonly json?: boolean;
};

type Added = { readonly caseId: string; readonly pageUrl: string; readonly derivation: readonly string[] };

const help = `
The case is assembled on this machine, without names or other text from the image headers; DICOM is converted.
With --server only the resulting images are sent. Without it they go into the configured data folder (or bucket),
also while \`atoll serve\` is running. The printed id is the key to the case: the case is not listed, and anyone who
knows the id can see it.

Examples:
  atoll cases add --dwi dwi.nii.gz --adc adc.nii.gz
  atoll cases add --in export.zip --title "Left arm weak, day 2"
  atoll cases add --in folder/ --server https://atoll.example.org`;

export function addCaseCommand(): Command {
  return new Command('add')
    .description('upload a case of your own')
    .option('--dwi <file>', 'trace image of the highest b-value, NIfTI or MetaImage')
    .option('--adc <file>', 'apparent diffusion coefficient')
    .option('--flair <file>', 'FLAIR, for engines that use it')
    .option('--reference <file>', 'expert mask for comparison with the result; never shown to an engine')
    .option(
      '--in <path>',
      'a folder, a ZIP or a file with the images of one patient; image roles are detected',
    )
    .option(
      '--b-value <n>',
      'b-value of the DWI in s/mm², if the ADC is computed and no file states it',
      parseBValue,
    )
    .option('--subject <label>', 'with --in: one of several subjects or sessions, as the refusal lists them')
    .option('--title <text>', 'title of the case; not the patient’s name')
    .option('--server <url>', 'upload to this server instead of the data folder', serverUrl)
    .option('--json', 'print id and link as JSON')
    .addHelpText('after', help)
    .action(add);
}

async function add(options: Options): Promise<void> {
  const received = await readOptions(options);
  const { prepareImages } = await import('@atoll/reception/take-in');
  const signal = untilInterrupted();
  const folder = await mkdtemp(join(tmpdir(), 'atoll-add-'));
  try {
    const prepared = await prepareImages(received, { client: '', folder, maxFiles, signal });
    for (const remark of prepared.remarks) process.stderr.write(plainLines(`Note: ${remark}\n`));
    const { title, server } = options;
    const added =
      server === undefined
        ? await keep({ ...prepared, title })
        : await send(server, prepared.images, title, signal);
    for (const sentence of prepared.derivation) process.stderr.write(plainLines(`${sentence}\n`));
    const { caseId, pageUrl } = added;
    process.stdout.write(
      options.json === true ? `${JSON.stringify({ caseId, pageUrl }, null, 2)}\n` : `${caseId}\n${pageUrl}\n`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const maxFiles = 20_000;

/** @throws UsageError; AtollError FILE_UNREADABLE */
async function readOptions(options: Options): Promise<Received> {
  const { in: path, subject, title, bValue } = options;
  const named = caseRoles.flatMap((role) => {
    const file = options[role];
    return file === undefined ? [] : [{ role, path: file }];
  });
  if (path === undefined && (options.dwi === undefined || options.adc === undefined)) {
    throw new UsageError('both --dwi and --adc are required (or --in with all images of one patient)');
  }
  if (path === undefined && subject !== undefined) throw new UsageError('--subject is for --in');
  const files: ReceivedFile[] = [];
  for (const { role, path: file } of named) {
    const found = await stat(file).catch((cause: unknown) => {
      throw new AtollError('FILE_UNREADABLE', `${file} does not exist or cannot be read.`, { cause });
    });
    if (!found.isFile()) throw new AtollError('FILE_UNREADABLE', `${file} is not a file.`);
    files.push({ path: file, name: basename(file), sizeBytes: found.size, role });
  }
  if (path !== undefined) {
    const { filesOfFolder } = await import('@atoll/intake/folder-files');
    for (const { path: name, sizeBytes, onDisk, fault } of await filesOfFolder(path, maxFiles)) {
      if (onDisk === null) process.stderr.write(plainLines(`Note: Skipped: ${name}: ${fault}\n`));
      else files.push({ path: onDisk, name, sizeBytes, role: null });
    }
  }
  return { files, title, bValue, subject };
}

/** Into the data folder or the bucket of the settings. */
async function keep(prepared: {
  readonly images: ReadonlyMap<CaseRole, string>;
  readonly derivation: readonly string[];
  readonly title: string | undefined;
}): Promise<Added> {
  const { openInstance } = await import('@atoll/instance/instance');
  const { settings, uploads } = openInstance();
  const caseId = await uploads.add(prepared);
  const url = settings.publicUrl ?? `http://localhost:${settings.port}`;
  return { caseId, pageUrl: `${url}/?case=${caseId}`, derivation: prepared.derivation };
}

async function send(
  url: string,
  images: ReadonlyMap<CaseRole, string>,
  title: string | undefined,
  signal: AbortSignal,
): Promise<Added> {
  const files: Partial<Record<CaseRole, Blob>> = {};
  for (const [role, path] of images) files[role] = await openAsBlob(path);
  return askServer(url, (client) => client.addCase({ files, title }, signal));
}
