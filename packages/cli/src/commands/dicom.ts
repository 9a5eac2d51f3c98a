import { basename, dirname } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import type { InputFile } from '@atoll/intake/input-file';
import { Command } from 'commander';
import { UsageError } from '../exit.ts';
import { readImageFile } from '../image-file.ts';
import { untilInterrupted } from '../interrupt.ts';
import { ensureWritable, writeFiles } from '../output-folder.ts';
import { fetchCommand, listCommand } from './dicom-archive.ts';

const segHelp = `
The mask must be on the series' own slices, as written by converters such as dcm2niix; flipped or permuted axes are fine. The segmentation belongs to the patient and study of the series and therefore contains the patient's name.

Example:
  atoll dicom seg --mask expert.nii.gz --manual --dicom export --out expert_seg.dcm`;

const sendHelp = `
Set ATOLL_DICOMWEB_CREDENTIALS to user:password, or to Bearer followed by a token, if the archive requires credentials.

Example:
  atoll dicom send --to https://pacs.example.org/dicom-web result/lesion_seg.dcm`;

export function dicomCommand(): Command {
  return new Command('dicom')
    .description('write masks as DICOM Segmentations, send files to an archive, and fetch studies from one')
    .addCommand(segCommand())
    .addCommand(sendCommand())
    .addCommand(listCommand())
    .addCommand(fetchCommand());
}

function segCommand(): Command {
  return new Command('seg')
    .description('write a mask as a DICOM Segmentation that refers to the series it was drawn on')
    .requiredOption('--mask <file>', 'mask, NIfTI or MetaImage; values above 0 are inside')
    .requiredOption(
      '--dicom <path>',
      'folder or ZIP with the series; if there are several, the one matching the mask’s grid is used',
    )
    .requiredOption('--out <file>', 'DICOM file to write')
    .option('--algorithm <name>', 'algorithm that made the mask, such as the engine named in report.json')
    .option('--algorithm-version <version>', 'its version', 'unknown')
    .option('--manual', 'the mask was drawn manually')
    .addHelpText('after', segHelp)
    .action(writeSeg);
}

async function writeSeg(options: {
  readonly mask: string;
  readonly dicom: string;
  readonly out: string;
  readonly algorithm?: string;
  readonly algorithmVersion: string;
  readonly manual?: boolean;
}): Promise<void> {
  const { algorithm: name, algorithmVersion: version, manual = false } = options;
  if (manual === (name !== undefined)) {
    throw new UsageError(
      'specify either the algorithm that made the mask (--algorithm) or that it was drawn manually (--manual)',
    );
  }
  const [
    { readNifti },
    { writeSegmentation },
    { filesOfFolder },
    { dicomFiles, readSlices },
    { atollVersion },
  ] = await Promise.all([
    import('@atoll/volume/nifti-read'),
    import('@atoll/dicom/seg/segmentation'),
    import('@atoll/intake/folder-files'),
    import('@atoll/intake/dicom-files'),
    import('@atoll/engines/notice'),
  ]);
  await ensureWritable(dirname(options.out));
  const mask = await readNifti(await readImageFile(options.mask));
  const segmentation = writeSegmentation({
    mask,
    sources: await readSlices(await dicomFiles(await filesOfFolder(options.dicom)), untilInterrupted()),
    algorithm: name === undefined ? null : { name, version },
    atollVersion,
  });
  await writeFiles(dirname(options.out), new Map([[basename(options.out), segmentation]]));
  process.stdout.write(`Segmentation: ${options.out}\n`);
}

function sendCommand(): Command {
  return new Command('send')
    .description('store DICOM files in an archive by DICOMweb (STOW-RS)')
    .requiredOption('--to <url>', 'root of the archive’s DICOMweb service')
    .argument('<path...>', 'DICOM files, or folders or ZIPs with DICOM files')
    .addHelpText('after', sendHelp)
    .action(send);
}

async function send(paths: readonly string[], { to }: { readonly to: string }): Promise<void> {
  const [{ storeInstances, studiesAddress }, { readSettings }, { filesOfFolder }, { dicomFiles }] =
    await Promise.all([
      import('@atoll/dicom/web/store'),
      import('@atoll/instance/settings'),
      import('@atoll/intake/folder-files'),
      import('@atoll/intake/dicom-files'),
    ]);
  // Said before files are read.
  studiesAddress(to);
  const { dicomWebAuthorization } = readSettings(process.env);
  const brought = await Promise.all(paths.map((path) => filesOfFolder(path)));
  const files = await dicomFiles(brought.flat());
  if (files.length === 0) throw new AtollError('DICOM_NONE_FOUND');
  await storeInstances(to, contentsOf(files), {
    authorization: dicomWebAuthorization ?? undefined,
    signal: untilInterrupted(),
    onProgress: (stored) => process.stderr.write(`${stored} of ${files.length} files stored\n`),
  });
}

async function* contentsOf(files: readonly InputFile[]) {
  for (const file of files) yield new Uint8Array(await file.read());
}
