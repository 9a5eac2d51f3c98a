import { basename, dirname } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import type { BroughtFile } from '@atoll/intake/brought';
import { Command } from 'commander';
import { UsageError } from '../exit.ts';
import { readImageFile } from '../image-file.ts';
import { untilInterrupted } from '../interrupt.ts';
import { ensureWritable, writeFiles } from '../output-folder.ts';

const segHelp = `
The mask must lie on the series' own slices, as converters such as dcm2niix give them; axes may be turned. The
segmentation belongs to the patient and the study of the series and so holds the patient's name.

Example:
  atoll dicom seg --mask expert.nii.gz --manual --dicom export --out expert_seg.dcm`;

const sendHelp = `
ATOLL_DICOMWEB_CREDENTIALS holds user:password, or Bearer and a token, where the archive wants them.

Example:
  atoll dicom send --to https://pacs.example.org/dicom-web result/lesion_seg.dcm`;

export function dicomCommand(): Command {
  return new Command('dicom')
    .description('write masks as DICOM segmentations, and send them to an archive')
    .addCommand(segCommand())
    .addCommand(sendCommand());
}

function segCommand(): Command {
  return new Command('seg')
    .description('write a mask as a DICOM segmentation that refers to the series it was drawn on')
    .requiredOption('--mask <file>', 'mask, NIfTI or MetaImage; what is above 0 is marked')
    .requiredOption(
      '--dicom <path>',
      'folder or ZIP with the series; of several, one on the mask’s grid is chosen',
    )
    .requiredOption('--out <file>', 'DICOM file to write')
    .option('--algorithm <name>', 'what found the mask, such as the engine that report.json names')
    .option('--algorithm-version <version>', 'its version', 'unknown')
    .option('--manual', 'a hand drew the mask')
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
    throw new UsageError('say either what found the mask (--algorithm) or that a hand drew it (--manual)');
  }
  const [
    { readNifti },
    { writeSegmentation },
    { broughtFolder },
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
    sources: await readSlices(await dicomFiles(await broughtFolder(options.dicom)), untilInterrupted()),
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
  const [{ storeInstances, studiesAddress }, { readSettings }, { broughtFolder }, { dicomFiles }] =
    await Promise.all([
      import('@atoll/dicom/web/store'),
      import('@atoll/instance/settings'),
      import('@atoll/intake/folder-files'),
      import('@atoll/intake/dicom-files'),
    ]);
  // Said before files are read.
  studiesAddress(to);
  const { dicomWebAuthorization } = readSettings(process.env);
  const brought = await Promise.all(paths.map((path) => broughtFolder(path)));
  const files = await dicomFiles(brought.flat());
  if (files.length === 0) throw new AtollError('DICOM_NONE_FOUND');
  await storeInstances(to, contentsOf(files), {
    authorization: dicomWebAuthorization ?? undefined,
    signal: untilInterrupted(),
    onProgress: (stored) => process.stderr.write(`${stored} of ${files.length} files stored\n`),
  });
}

async function* contentsOf(files: readonly BroughtFile[]) {
  for (const file of files) yield new Uint8Array(await file.read());
}
