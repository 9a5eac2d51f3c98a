import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { AtollError } from '@atoll/errors/error';
import { isFileName } from '@atoll/store/store-names';
import { z } from 'zod';
import { JobRecord } from './job-record.ts';
import type { Jobs } from './jobs.ts';

/**
 * The first line of an archive: what it is, and by which rules it was written. Jobs of version 1 say `fastMode`
 * beside the preset that came of it; it is passed over.
 */
const Header = z.object({ format: z.literal('atoll-jobs'), version: z.literal([1, 2]) });
const header: z.infer<typeof Header> = { format: 'atoll-jobs', version: 2 };

export type ArchiveCount = { readonly jobs: number; readonly files: number };

const listName = 'jobs.ndjson';
const resultsName = 'results';

/**
 * Writes all jobs with their files into a folder: `jobs.ndjson`, one job a line after a header, and
 * `results/<jobId>/<file>`. A job that runs is written as one that waits.
 * @param folder new or empty.
 * @throws AtollError FILE_UNWRITABLE
 */
export async function exportArchive(jobs: Jobs, folder: string): Promise<ArchiveCount> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await readdir(folder)).length > 0) {
      throw new AtollError('FILE_UNWRITABLE', 'The folder for the export is not empty.');
    }
    const list = await open(join(folder, listName), 'wx', 0o600);
    let count = { jobs: 0, files: 0 };
    try {
      await list.write(`${JSON.stringify(header)}\n`);
      for await (const record of jobs.records()) {
        await list.write(`${JSON.stringify(record)}\n`);
        let files = 0;
        for (const id of setsOf(record)) files += await exportFiles(jobs, id, folder);
        count = { jobs: count.jobs + 1, files: count.files + files };
      }
      await list.sync();
    } finally {
      await list.close();
    }
    return count;
  } catch (thrown) {
    if (thrown instanceof AtollError) throw thrown;
    throw new AtollError('FILE_UNWRITABLE', 'The export could not be written.', { cause: thrown });
  }
}

/** Ids of the sets of files of a job: its own, and those of its revisions. */
function setsOf({ jobId, revisions }: JobRecord): string[] {
  return [jobId, ...revisions.map(({ revisionId }) => revisionId)];
}

async function exportFiles(jobs: Jobs, jobId: string, folder: string): Promise<number> {
  const names = await jobs.results.names(jobId);
  if (names.length > 0) await mkdir(join(folder, resultsName, jobId), { recursive: true, mode: 0o700 });
  for (const name of names) {
    const file = await jobs.results.open(jobId, name);
    if (file === null) continue;
    const target = createWriteStream(join(folder, resultsName, jobId, name), { flags: 'wx', mode: 0o600 });
    for await (const chunk of file.read()) if (!target.write(chunk)) await drained(target);
    target.end();
    await finished(target);
  }
  return names.length;
}

function drained(target: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => target.once('drain', () => resolve()));
}

/**
 * Takes over the jobs of an archive. What is there already stays as it is, so that an import that was cut short can
 * be started again. Jobs that waited are queued.
 * @throws AtollError ARCHIVE_INVALID, FILE_UNREADABLE, FILE_UNWRITABLE
 */
export async function importArchive(jobs: Jobs, folder: string): Promise<ArchiveCount> {
  let count = { jobs: 0, files: 0 };
  let lineNumber = 0;
  for await (const line of readLines(join(folder, listName))) {
    const parsed = (lineNumber++ === 0 ? Header : JobRecord).safeParse(parseJson(line));
    if (!parsed.success)
      throw new AtollError('ARCHIVE_INVALID', `Line ${lineNumber} of ${listName} is not valid.`);
    if ('format' in parsed.data) continue;
    let read = 0;
    // First the files, then the word that they are there.
    for (const id of setsOf(parsed.data)) {
      const files = await readFiles(join(folder, resultsName, id));
      if (files.size > 0) await jobs.results.put(id, files);
      read += files.size;
    }
    if (await jobs.adopt(parsed.data)) count = { jobs: count.jobs + 1, files: count.files + read };
  }
  if (lineNumber === 0) throw new AtollError('ARCHIVE_INVALID');
  return count;
}

async function* readLines(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, 'utf8');
  try {
    for await (const line of createInterface({ input: stream })) if (line !== '') yield line;
  } catch (thrown) {
    throw new AtollError('FILE_UNREADABLE', `The folder contains no readable ${listName}.`, {
      cause: thrown,
    });
  } finally {
    stream.destroy();
  }
}

async function readFiles(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of await readdir(folder).catch(() => [])) {
    if (isFileName(name)) files.set(name, await readFile(join(folder, name)));
  }
  return files;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
