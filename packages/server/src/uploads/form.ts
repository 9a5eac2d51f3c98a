import { createWriteStream } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AtollError } from '@atoll/errors/error';
import type { Received, ReceivedFile, UploadLimits } from '@atoll/reception/received';
import { type CaseRole, caseRoles } from '@atoll/volume/case-files';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';

const roleFields: readonly string[] = caseRoles;
const anyFileFields: readonly string[] = ['files', 'files[]'];

/** Fields beside the files; few of them mean something. */
const maxFields = 8;
/** What stands around the files: headers of the parts, names, the title. */
const overheadBytes = (files: number) => 64 * 1024 + 1024 * files;
/** Files that are written at the same time; the parser waits for them. */
const maxWriting = 8;

/**
 * Reads a multipart form, its files straight into a folder under names of our own. It is given up as soon as it is
 * known to be refused; what then is in the folder is the caller's to remove.
 * @param came told how many bytes have come, before they are written; what it throws refuses the form.
 * @throws AtollError REQUEST_MALFORMED, REQUEST_INVALID, UPLOAD_TOO_LARGE, UPLOAD_TOO_MANY_FILES
 */
export async function receiveForm(
  headers: IncomingHttpHeaders,
  body: Readable,
  folder: string,
  limits: UploadLimits,
  came: (bytes: number) => Promise<void>,
): Promise<Received> {
  const { 'content-type': contentType = '' } = headers;
  const files: ReceivedFile[] = [];
  const writing = new Set<Promise<void>>();
  const ending = new AbortController();
  const refused = Promise.withResolvers<never>();
  refused.promise.catch(() => undefined);
  const said: { title?: string; bValue?: number } = {};
  const parser = makeParser({ ...headers, 'content-type': contentType }, limits);
  const refuse = (name: string, what: string) =>
    refused.reject(new AtollError('REQUEST_INVALID', `The form has a field ${what}: ${printable(name)}.`));

  parser.on('file', (field, stream, name) => {
    const role = roleOf(field);
    if (role === undefined) refuse(field, 'that is not known');
    if (role !== null && files.some((file) => file.role === role)) refuse(field, 'twice');
    const path = join(folder, `received-${files.length}`);
    const at = files.push({ path, sizeBytes: 0, role: role ?? null, name: name ?? '' }) - 1;
    const written = write(stream, path, ending.signal).then((sizeBytes) => {
      files[at] = { ...files[at], sizeBytes };
    });
    written.then(() => writing.delete(written), refused.reject);
    writing.add(written);
  });
  parser.on('field', (field, value, nameTruncated, valueTruncated) => {
    const bValue = Number(value);
    if (nameTruncated || (field !== 'title' && field !== 'b_value')) refuse(field, 'that is not known');
    else if (valueTruncated) refuse(field, 'that is too long');
    else if (field === 'title') said.title = value;
    else if (bValue > 0 && bValue < 1e5) said.bValue = bValue;
    else refuse(field, 'that is not a number in s/mm²');
  });
  const tooMany = () => refused.reject(new AtollError('UPLOAD_TOO_MANY_FILES'));
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) parser.on(limit, tooMany);
  const ended = new Promise<void>((resolve, reject) => {
    parser.on('finish', resolve);
    parser.on('error', (cause) => reject(malformed(cause)));
  });
  ended.catch(refused.reject);

  try {
    let total = 0;
    // A stream that was given up would close the connection before the answer is out.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      total += chunk.length;
      if (total > limits.maxBytes + overheadBytes(files.length)) throw new AtollError('UPLOAD_TOO_LARGE');
      await came(total);
      const drained = parser.write(chunk) ? null : new Promise((resolve) => parser.once('drain', resolve));
      if (drained !== null) await Promise.race([drained, refused.promise]);
      while (writing.size > maxWriting) await Promise.race([...writing, refused.promise]);
      // Lets what the parser has to say be heard.
      await Promise.race([new Promise(setImmediate), refused.promise]);
    }
    parser.end();
    await Promise.race([ended, refused.promise]);
    await Promise.race([Promise.all(writing), refused.promise]);
    return { files, ...said };
  } catch (thrown) {
    parser.destroy();
    ending.abort();
    throw thrown instanceof AtollError ? thrown : malformed(thrown);
  } finally {
    // Nothing may write into the folder any more when it is taken away.
    await Promise.allSettled(writing);
  }
}

function makeParser(headers: IncomingHttpHeaders & { 'content-type': string }, { maxFiles }: UploadLimits) {
  try {
    return new Busboy({
      headers,
      preservePath: true,
      limits: {
        fieldNameSize: 100,
        fieldSize: 1000,
        fields: maxFields,
        files: maxFiles,
        parts: maxFiles + maxFields,
        headerPairs: 16,
        headerSize: 8 * 1024,
      },
    });
  } catch (thrown) {
    throw malformed(thrown);
  }
}

/** undefined for a field that is not known. */
function roleOf(field: string): CaseRole | null | undefined {
  if (anyFileFields.includes(field)) return null;
  return isRole(field) ? field : undefined;
}

function isRole(field: string): field is CaseRole {
  return roleFields.includes(field);
}

/**
 * The parser's streams end neither by being destroyed nor with it, so that they are watched from their other end.
 * @returns bytes that were written; when it is settled, the file is closed.
 */
function write(stream: BusboyFileStream, path: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    const giveUp = (reason: unknown) => {
      stream.unpipe(file);
      file.once('close', () => reject(reason));
      file.destroy();
    };
    const onAbort = () => giveUp(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    stream.on('error', giveUp);
    file.on('error', reject);
    file.on('close', () => {
      signal.removeEventListener('abort', onAbort);
      if (file.writableFinished) resolve(file.bytesWritten);
    });
    stream.pipe(file);
  });
}

function malformed(cause: unknown): AtollError {
  const text = 'The form is not valid: its boundary is missing, or it is truncated.';
  return new AtollError('REQUEST_MALFORMED', text, { cause });
}

/** A field's name as it may be shown: a piece of it, without what is no letter. */
function printable(name: string): string {
  return `"${name.slice(0, 40).replace(/[^\w[\]-]/g, '?')}"`;
}
