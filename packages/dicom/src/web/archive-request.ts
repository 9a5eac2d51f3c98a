import { type IncomingMessage, request as requestPlainly } from 'node:http';
import { request as requestByTls } from 'node:https';
import { AtollError } from '@atoll/errors/error';

export type ArchiveRequest = {
  /** Value of the Authorization header. */
  readonly authorization?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The archive is given up when nothing comes for so long. */
  readonly patienceMs?: number;
};

/** The answer of an archive, whose body comes as it likes but never stands still for long. */
export type ArchiveAnswer = {
  readonly status: number;
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array>;
};

/**
 * Asks an archive for something by DICOMweb. For Node alone, and not by its fetch: that one (undici of Node 24) throws
 * where nobody can catch it when an archive closes the connection while its answer is read slower than it comes.
 * @throws AtollError DICOMWEB_UNREACHABLE, DICOMWEB_UNAUTHORIZED, DICOMWEB_UNANSWERED, JOB_CANCELLED; also from the body.
 */
export async function askArchive(
  address: URL,
  accept: string,
  { authorization, signal, patienceMs = 60_000 }: ArchiveRequest,
): Promise<ArchiveAnswer> {
  let isLate = false;
  const broken = (cause: unknown) => {
    if (cause instanceof AtollError) return cause;
    if (signal?.aborted) return new AtollError('JOB_CANCELLED', undefined, { cause });
    return isLate
      ? new AtollError('DICOMWEB_UNREACHABLE', 'The DICOMweb archive did not respond in time.', { cause })
      : new AtollError('DICOMWEB_UNREACHABLE', undefined, { cause });
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const send = address.protocol === 'https:' ? requestByTls : requestPlainly;
  const asked = send(
    address,
    {
      // One connection for each question: none is left behind that the archive may close.
      agent: false,
      timeout: patienceMs,
      headers: {
        Accept: accept,
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      },
      ...(signal === undefined ? {} : { signal }),
    },
    resolve,
  );
  asked.on('error', reject);
  asked.on('timeout', () => {
    isLate = true;
    asked.destroy(new Error('nothing came for too long'));
  });
  asked.end();
  const response = await promise.catch((cause: unknown) => {
    throw broken(cause);
  });
  const status = response.statusCode ?? 0;
  const refuse = (error: AtollError) => {
    response.on('error', () => undefined);
    response.destroy();
    return error;
  };
  if (status === 401 || status === 403) throw refuse(new AtollError('DICOMWEB_UNAUTHORIZED'));
  // No redirection is followed: the archive's own address was told, and its credentials are for nobody else.
  if (status < 200 || status > 299) throw refuse(unanswered(status));
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const piece of response) if (piece instanceof Uint8Array) yield piece;
    } catch (cause) {
      throw broken(cause);
    } finally {
      asked.destroy();
    }
  }
  return { status, contentType: response.headers['content-type'] ?? '', body: pieces() };
}

function unanswered(status: number): AtollError {
  if (status === 404) {
    return new AtollError(
      'DICOMWEB_UNANSWERED',
      'The archive has nothing at this address (HTTP 404): no such study, or no DICOMweb service there.',
    );
  }
  if (status >= 300 && status < 400) {
    return new AtollError(
      'DICOMWEB_UNANSWERED',
      'The DICOMweb archive redirects to another address, which is not followed.',
    );
  }
  return new AtollError('DICOMWEB_UNANSWERED', `The DICOMweb archive answered with HTTP ${status}.`);
}
