import { AtollError, asAtollError } from '@atoll/errors/error';

/** Anything that is not a fault of the study is a fault of the engine; its own words help to find it. */
export function asEngineFault(thrown: unknown): AtollError {
  const error = asAtollError(thrown);
  return error.code === 'INTERNAL'
    ? new AtollError('ENGINE_FAILED', String(thrown), { cause: thrown })
    : error;
}
