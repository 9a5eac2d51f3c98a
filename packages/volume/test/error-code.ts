import { AtollError } from '@atoll/errors/error';

/** The code of the AtollError that `work` ends with, `none` without one. Anything else that is thrown is a fault. */
export async function errorCode(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof AtollError) return thrown.code;
    throw thrown;
  }
  return 'none';
}
