import { contractType } from '@atoll/contract/media-type';
import type { FastifyRequest } from 'fastify';

/**
 * Whether a client says that it knows this contract, with its media type in Accept. Pages and scripts of the original
 * service do not: they know four states of a job and no end of its keeping but 404, and would ask for ever.
 */
export function knowsContract({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes(contractType) ?? false;
}
