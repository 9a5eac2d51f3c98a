import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { AtollError } from '@atoll/errors/error';
import { Busboy } from '@fastify/busboy';

/** Packed or not, more than a mask of the largest volume takes that is read here as whole numbers of two bytes. */
const maxMaskBytes = 128 << 20;
const fieldNames: readonly string[] = ['author', 'note', 'verdict', 'parent'];

export type RevisionForm = {
  readonly fields: Readonly<Record<string, string>>;
  /** null where none was sent. */
  readonly mask: Uint8Array | null;
};

/**
 * Reads the form of a revision: its fields, and the mask into memory. It is given up as soon as it is known to be
 * refused.
 * @throws AtollError REQUEST_MALFORMED, REQUEST_INVALID, UPLOAD_TOO_LARGE
 */
export async function receiveRevision(headers: IncomingHttpHeaders, body: Readable): Promise<RevisionForm> {
  const { 'content-type': contentType = '' } = headers;
  if (Number(headers['content-length'] ?? 0) > maxMaskBytes + (1 << 20)) throw tooLarge();
  const parser = makeParser({ ...headers, 'content-type': contentType });
  const fields: Record<string, string> = {};
  const pieces: Uint8Array[] = [];
  let hasMask = false;
  let refusal: AtollError | null = null;
  const refuse = (detail: string) => {
    refusal ??= new AtollError('REQUEST_INVALID', detail);
  };
  parser.on('field', (field, value, nameTruncated, valueTruncated) => {
    if (nameTruncated || !fieldNames.includes(field))
      refuse(`The form has a field that is not known; it takes ${fieldNames.join(', ')} and mask.`);
    else if (field in fields) refuse(`The form has the field ${field} twice.`);
    else if (valueTruncated) refuse(`The field ${field} is too long.`);
    else fields[field] = value;
  });
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>();
  parser.on('file', (field, stream) => {
    // A form that ends within a file: told here alone, and it would bring the process down if nobody heard it.
    stream.on('error', (cause) => fail(malformed(cause)));
    if (field !== 'mask') refuse('The form has a file under another name than mask.');
    else if (hasMask) refuse('The form has more than one mask.');
    hasMask = true;
    stream.on('data', (chunk: Uint8Array) => {
      if (refusal === null) pieces.push(chunk);
    });
    stream.on('limit', () => {
      refusal = tooLarge();
    });
  });
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) {
    parser.on(limit, () => refuse('The form has more parts than a revision has.'));
  }
  parser.on('finish', end);
  parser.on('error', (cause) => fail(malformed(cause)));
  ended.catch(() => undefined);
  try {
    // A stream that was given up would close the connection before the answer is out.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      parser.write(chunk);
      // Lets what the parser has to say be heard.
      await new Promise(setImmediate);
      if (refusal !== null) throw refusal;
    }
    parser.end();
    await ended;
    if (refusal !== null) throw refusal;
  } catch (thrown) {
    parser.destroy();
    throw thrown instanceof AtollError ? thrown : malformed(thrown);
  }
  return { fields, mask: hasMask ? new Uint8Array(Buffer.concat(pieces)) : null };
}

function makeParser(headers: IncomingHttpHeaders & { 'content-type': string }) {
  try {
    return new Busboy({
      headers,
      limits: {
        fieldNameSize: 100,
        fieldSize: 16 * 1024,
        fields: fieldNames.length,
        files: 1,
        fileSize: maxMaskBytes,
        parts: fieldNames.length + 1,
        headerPairs: 16,
        headerSize: 8 * 1024,
      },
    });
  } catch (thrown) {
    throw malformed(thrown);
  }
}

function tooLarge(): AtollError {
  return new AtollError('UPLOAD_TOO_LARGE', `The mask is larger than ${maxMaskBytes >> 20} MB.`);
}

function malformed(cause: unknown): AtollError {
  const text = 'The form does not have the expected form: its boundary is missing, or it ends too early.';
  return new AtollError('REQUEST_MALFORMED', text, { cause });
}
