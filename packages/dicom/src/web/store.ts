import { AtollError } from '@atoll/errors/error';
import { z } from 'zod';

export type StoreOptions = {
  /** Value of the Authorization header. */
  readonly authorization?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How many of the files the server has. */
  readonly onProgress?: ((stored: number) => void) | undefined;
  /** How long one request may take. */
  readonly timeLimitMs?: number;
};

/** So much goes into one request, unless a single file is larger. */
const requestBytes = 32 * 2 ** 20;

/** Sequences of the answer: failed instances, with a reason, and stored ones (PS3.18 10.5.3, PS3.18 I.2). */
const Reason = z.looseObject({ '00081197': z.looseObject({ Value: z.tuple([z.int()]) }).optional() });
const Answer = z.looseObject({
  '00081198': z.looseObject({ Value: z.array(Reason).optional() }).optional(),
});

/**
 * Stores DICOM files in an archive by DICOMweb (STOW-RS), as one request or several.
 * @param root address of the archive's DICOMweb service, such as https://pacs.example.org/dicom-web
 * @param files are held no longer than their request takes.
 * @throws AtollError DICOMWEB_ADDRESS_INVALID, DICOMWEB_UNREACHABLE, DICOMWEB_UNAUTHORIZED, DICOMWEB_REFUSED,
 * JOB_CANCELLED. What was sent in earlier requests stays in the archive; to send it again does no harm.
 */
export async function storeInstances(
  root: string,
  files: AsyncIterable<Uint8Array<ArrayBuffer>> | Iterable<Uint8Array<ArrayBuffer>>,
  options: StoreOptions = {},
): Promise<void> {
  const address = studiesAddress(root);
  let stored = 0;
  for await (const batch of batches(files)) {
    await store(address, batch, options);
    stored += batch.length;
    options.onProgress?.(stored);
  }
}

/** @throws AtollError DICOMWEB_ADDRESS_INVALID */
export function studiesAddress(root: string): URL {
  const url = URL.canParse(root) ? new URL(root) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new AtollError('DICOMWEB_ADDRESS_INVALID');
  }
  if (url.username !== '' || url.password !== '') {
    throw new AtollError(
      'DICOMWEB_ADDRESS_INVALID',
      'The address of a DICOMweb archive must not contain a password.',
    );
  }
  return new URL(`${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}/studies`);
}

async function* batches(files: AsyncIterable<Uint8Array<ArrayBuffer>> | Iterable<Uint8Array<ArrayBuffer>>) {
  let batch: Uint8Array<ArrayBuffer>[] = [];
  let room = requestBytes;
  for await (const file of files) {
    if (file.length > room && batch.length > 0) {
      yield batch;
      batch = [];
      room = requestBytes;
    }
    batch.push(file);
    room -= file.length;
  }
  if (batch.length > 0) yield batch;
}

async function store(
  address: URL,
  files: readonly Uint8Array<ArrayBuffer>[],
  { authorization, signal, timeLimitMs = 300_000 }: StoreOptions,
): Promise<void> {
  const boundary = `atoll-${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
  const limit = AbortSignal.timeout(timeLimitMs);
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: {
        'Content-Type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
        Accept: 'application/dicom+json',
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      },
      body: new Blob([...files.flatMap((file) => [head, file, '\r\n']), `--${boundary}--\r\n`]),
      // Followed, a POST may become a GET, whose success would pass for a store.
      redirect: 'manual',
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    text = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw new AtollError('JOB_CANCELLED', undefined, { cause });
    throw limit.aborted
      ? new AtollError('DICOMWEB_UNREACHABLE', 'The DICOMweb archive did not respond in time.', { cause })
      : new AtollError('DICOMWEB_UNREACHABLE', undefined, { cause });
  }
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    const message = 'The DICOMweb archive redirects to another address, which is not followed.';
    throw new AtollError('DICOMWEB_REFUSED', message);
  }
  judge(response.status, text, files.length);
}

/** 200: all stored; 202: some, or with warnings; 409: none. The body names those that failed. */
function judge(status: number, text: string, sent: number): void {
  if (status === 401 || status === 403) throw new AtollError('DICOMWEB_UNAUTHORIZED');
  const failed = failures(text);
  if (failed.length > 0) {
    const reasons = [...new Set(failed.map(reasonText))].join(', ');
    throw new AtollError(
      'DICOMWEB_REFUSED',
      `The DICOMweb archive did not accept ${failed.length} of ${sent} files (${reasons}).`,
    );
  }
  if (status < 200 || status > 299) {
    throw new AtollError('DICOMWEB_REFUSED', `The DICOMweb archive answered with HTTP ${status}.`);
  }
}

function failures(text: string): (number | null)[] {
  try {
    const json: unknown = JSON.parse(text);
    const { '00081198': failed } = Answer.parse(Array.isArray(json) ? json[0] : json);
    return failed?.Value?.map((item) => item['00081197']?.Value[0] ?? null) ?? [];
  } catch {
    // No list of failures: the status alone tells.
    return [];
  }
}

/** Failure reasons of PS3.18 I.2.2 and PS3.4 B.2.3. */
function reasonText(code: number | null): string {
  if (code === null) return 'no reason given';
  const known = {
    272: 'it could not process them',
    290: 'it does not store this kind of object',
    292: 'it does not allow it',
    305: 'it is out of storage space',
    530: 'it does not store this kind of object',
  }[code];
  if (known !== undefined) return known;
  if (code >= 0xa700 && code <= 0xa7ff) return 'it is out of storage space';
  if (code >= 0xa900 && code <= 0xa9ff) return 'they do not match their SOP class';
  if (code >= 0xc000 && code <= 0xcfff) return 'it does not understand them';
  return `reason ${code.toString(16).padStart(4, '0')}`;
}
