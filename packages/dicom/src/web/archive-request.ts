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
 * Asks an archive for something by DICOMweb.
 * @throws AtollError DICOMWEB_UNREACHABLE, DICOMWEB_UNAUTHORIZED, DICOMWEB_UNANSWERED, JOB_CANCELLED; also from the body.
 */
export async function askArchive(
  address: URL,
  accept: string,
  { authorization, signal, patienceMs = 60_000 }: ArchiveRequest,
): Promise<ArchiveAnswer> {
  const late = new AbortController();
  let timer = setTimeout(() => late.abort(), patienceMs);
  const came = () => {
    clearTimeout(timer);
    timer = setTimeout(() => late.abort(), patienceMs);
  };
  const broken = (cause: unknown) => {
    clearTimeout(timer);
    if (cause instanceof AtollError) return cause;
    if (signal?.aborted) return new AtollError('JOB_CANCELLED', undefined, { cause });
    return late.signal.aborted
      ? new AtollError('DICOMWEB_UNREACHABLE', 'The DICOMweb archive did not respond in time.', { cause })
      : new AtollError('DICOMWEB_UNREACHABLE', undefined, { cause });
  };
  let response: Response;
  try {
    response = await fetch(address, {
      headers: {
        Accept: accept,
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      },
      // The archive's own address was told, and its credentials are for nobody else.
      redirect: 'manual',
      signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]),
    });
  } catch (cause) {
    throw broken(cause);
  }
  const { status, headers, body } = response;
  const refuse = async (error: AtollError) => {
    clearTimeout(timer);
    await body?.cancel().catch(() => undefined);
    return error;
  };
  if (status === 401 || status === 403) throw await refuse(new AtollError('DICOMWEB_UNAUTHORIZED'));
  if (status < 200 || status > 299) throw await refuse(unanswered(status));
  async function* pieces() {
    const reader = body?.getReader();
    try {
      for (;;) {
        const piece = await reader?.read();
        if (piece === undefined || piece.done) return;
        came();
        yield piece.value;
      }
    } catch (cause) {
      throw broken(cause);
    } finally {
      clearTimeout(timer);
      reader?.cancel().catch(() => undefined);
    }
  }
  return { status, contentType: headers.get('content-type') ?? '', body: pieces() };
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
