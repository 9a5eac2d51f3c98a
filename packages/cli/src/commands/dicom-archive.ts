import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { dateWords } from '@atoll/dicom/date-words';
import type { FoundStudy } from '@atoll/dicom/web/query';
import { AtollError } from '@atoll/errors/error';
import { Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../exit.ts';
import { untilInterrupted } from '../interrupt.ts';
import { ensureWritable } from '../output-folder.ts';
import { plainLines } from '../terminal-text.ts';

const fromHelp = `
An archive is named as in ATOLL_ARCHIVES (its credentials are in ATOLL_ARCHIVE_CREDENTIALS), or by the URL of the root of
its DICOMweb service (credentials: ATOLL_DICOMWEB_CREDENTIALS).
`;

const listExamples = `${fromHelp}
Examples:
  atoll dicom list --from pacs --patient-id 4711
  atoll dicom list --from pacs --accession A4711 --json
  atoll dicom list --from https://pacs.example.org/dicom-web --date 2026-01-02..2026-01-31 --modality MR`;

const fetchExamples = `${fromHelp}
Examples:
  atoll dicom fetch 1.2.840.113619.2.1.4711 --from pacs --out export
  atoll dicom fetch 1.2.840.113619.2.1.4711 --from pacs --segment result`;

export function listCommand(): Command {
  return new Command('list')
    .description('list studies of an archive by DICOMweb (QIDO-RS)')
    .requiredOption('--from <archive>', 'name or URL of the archive')
    .option('--patient-id <id>', 'only of this patient; * stands for any text')
    .option('--accession <number>', 'only with this accession number')
    .option('--date <date>', 'only of this day, or of a range: 2026-01-02, 2026-01-02..2026-01-31', parseDate)
    .option('--modality <modality>', 'only with a series of this modality', 'MR')
    .option('--limit <n>', 'at most so many', parseLimit, 50)
    .option('--json', 'print the studies as JSON on stdout')
    .addHelpText('after', listExamples)
    .action(list);
}

export function fetchCommand(): Command {
  return new Command('fetch')
    .description('fetch a study from an archive by DICOMweb (WADO-RS), and segment it where wanted')
    .requiredOption('--from <archive>', 'name or URL of the archive')
    .argument('<study>', 'Study Instance UID, as listed by atoll dicom list')
    .option('--out <folder>', 'folder for the DICOM files, created if needed; must be empty of them')
    .option('--segment <folder>', 'segment the study, and write the results into this folder')
    .addHelpText('after', fetchExamples)
    .action(fetchStudy);
}

/** An archive by its name or its address, with what it wants to be told. */
async function archiveOf(from: string) {
  const { readSettings } = await import('@atoll/instance/settings');
  const { archives, dicomWebAuthorization, uploadMaxBytes } = readSettings(process.env);
  const named = archives.all.find(({ name }) => name === from);
  if (named === undefined && !from.includes('://')) {
    const names = archives.all.map(({ name }) => name).join(', ');
    throw new UsageError(
      `--from: there is no archive "${from}" in ATOLL_ARCHIVES${names === '' ? '' : `; there are: ${names}`}`,
    );
  }
  return {
    root: named?.root ?? from,
    authorization: (named === undefined ? dicomWebAuthorization : named.authorization) ?? undefined,
    uploadMaxBytes,
  };
}

async function list(options: {
  readonly from: string;
  readonly patientId?: string;
  readonly accession?: string;
  readonly date?: string;
  readonly modality: string;
  readonly limit: number;
  readonly json?: boolean;
}): Promise<void> {
  const { root, authorization } = await archiveOf(options.from);
  const { findStudies } = await import('@atoll/dicom/web/query');
  const { patientId, accession: accessionNumber, date, modality, limit } = options;
  const studies = await findStudies(
    root,
    { patientId, accessionNumber, date, modality, limit },
    { authorization, signal: untilInterrupted() },
  );
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(studies, null, 2)}\n`);
    return;
  }
  process.stdout.write(studies.length === 0 ? 'No study fits.\n' : plainLines(tableOf(studies)));
  if (studies.length === limit) process.stderr.write(`There may be more than ${limit}: --limit\n`);
}

function tableOf(studies: readonly FoundStudy[]): string {
  const rows = studies.map((study) => [
    dateWords(study.date),
    study.patientId,
    study.patientName.replaceAll('^', ' ').trim(),
    study.accessionNumber,
    study.modalities.join(' '),
    study.instances === null ? '' : `${study.instances}`,
    study.description,
    study.studyUid,
  ]);
  const titles = ['date', 'patient', 'name', 'accession', 'modality', 'files', 'description', 'study'];
  const all = [titles, ...rows];
  const widths = titles.map((_, at) => Math.min(40, Math.max(...all.map((row) => row[at].length))));
  const line = (row: readonly string[]) =>
    row.map((text, at) => (at === row.length - 1 ? text : text.slice(0, 40).padEnd(widths[at]))).join('  ');
  return `${all.map(line).join('\n')}\n`;
}

/** One file more than any examination of a head has. */
const maxFiles = 20_000;

async function fetchStudy(
  studyUid: string,
  options: { readonly from: string; readonly out?: string; readonly segment?: string },
): Promise<void> {
  const { out, segment } = options;
  if (out === undefined && segment === undefined) {
    throw new UsageError('say where the files go (--out), or that they are to be segmented (--segment)');
  }
  const { root, authorization, uploadMaxBytes } = await archiveOf(options.from);
  const { retrieveStudy } = await import('@atoll/dicom/web/retrieve');
  const folder = out ?? (await mkdtemp(join(tmpdir(), 'atoll-study-')));
  try {
    await ensureWritable(folder);
    const signal = untilInterrupted();
    let count = 0;
    // Names of our own: an archive’s word for a file is no path.
    const prefix = randomBytes(3).toString('hex');
    const take = async (file: AsyncIterable<Uint8Array>) => {
      const name = `IM-${prefix}-${String(++count).padStart(5, '0')}.dcm`;
      await pipeline(file, createWriteStream(join(folder, name), { flags: 'wx', mode: 0o600 }), { signal });
      if (process.stderr.isTTY) process.stderr.write(`\r${count} files fetched`);
    };
    const files = await retrieveStudy(root, studyUid, take, {
      authorization,
      signal,
      maxFiles,
      maxBytes: uploadMaxBytes,
    }).finally(() => process.stderr.isTTY && process.stderr.write('\r'));
    if (files === 0) throw new AtollError('DICOM_NONE_FOUND', 'The archive has no files of this study.');
    process.stderr.write(`${files} files fetched\n`);
    if (out !== undefined) process.stdout.write(`Study: ${out}\n`);
    if (segment === undefined) return;
    const { segmentCommand } = await import('./segment.ts');
    await segmentCommand().parseAsync(['--dicom', folder, '--out', segment], { from: 'user' });
  } finally {
    if (out === undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** As QIDO has it. */
function parseDate(text: string): string {
  const days = text.split('..').map((day) => /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(day)?.slice(1).join(''));
  if (days.length <= 2 && days.every((day) => day !== undefined)) return days.join('-');
  throw new InvalidArgumentError('a day such as 2026-01-02, or two with .. between them, is required.');
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0 && limit <= 1000) return limit;
  throw new InvalidArgumentError('a whole number from 1 to 1000 is required.');
}
