import { AtollError, asAtollError } from '@atoll/errors/error';

/** Anything that is not a fault of the study is a fault of the engine; its own words help to find it. */
export function asEngineFault(thrown: unknown): AtollError {
  const error = asAtollError(thrown);
  if (error.code !== 'INTERNAL') return error;
  const code = isOutOfMemory(thrown) ? 'ENGINE_OUT_OF_MEMORY' : 'ENGINE_FAILED';
  return new AtollError(code, code === 'ENGINE_FAILED' ? String(thrown) : undefined, { cause: thrown });
}

/** Of a thread's own heap, or of the machine when it was asked for an array. */
function isOutOfMemory(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if ('code' in thrown && thrown.code === 'ERR_WORKER_OUT_OF_MEMORY') return true;
  return thrown instanceof RangeError && thrown.message.includes('allocation failed');
}
