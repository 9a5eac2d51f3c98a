import { asAtollError } from '@atoll/errors/error';
import { plainLines } from './terminal-text.ts';

export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Wrong usage that commander cannot see by itself, such as two options that exclude each other. */
export class UsageError extends Error {}

/**
 * Prints what went wrong and what to do, without a stack (unless ATOLL_LOG_LEVEL=debug).
 * @returns the exit code that it stands for.
 */
export function printError(thrown: unknown): number {
  if (thrown instanceof UsageError) {
    process.stderr.write(plainLines(`error: ${thrown.message}\n(see --help)\n`));
    return exitCodes.usage;
  }
  const error = asAtollError(thrown);
  process.stderr.write(plainLines(`error: ${error.message} [${error.code}]\n${error.action}\n`));
  if (process.env.ATOLL_LOG_LEVEL === 'debug') {
    process.stderr.write(`${error.stack}\n${error.cause instanceof Error ? error.cause.stack : ''}\n`);
  }
  return error.code === 'JOB_CANCELLED' ? exitCodes.interrupted : exitCodes.failed;
}
