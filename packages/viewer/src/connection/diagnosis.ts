import { ServiceError, UnreachableError } from '@atoll/contract/client';
import { asksToWait, isErrorCode } from '@atoll/errors/catalogue';

/**
 * Why there was no proper answer, as far as it may be otherwise a moment later.
 * sleeping: nobody answers, or the host in place of the service. busy: the service says so itself.
 * offline: this device has no network.
 */
export type Trouble = 'sleeping' | 'busy' | 'offline';

/** @returns null for what will not pass by itself: a refusal, a broken service, a mistake of the page. */
export function diagnose(error: unknown, isOnline = navigator.onLine !== false): Trouble | null {
  if (error instanceof ServiceError) {
    return isNotJustNow(error) ? 'busy' : null;
  }
  if (!(error instanceof UnreachableError) || error.absence === 'stranger') return null;
  return isOnline ? 'sleeping' : 'offline';
}

/** Does the service itself say "not just now"? Never to be taken for sleep: it is wide awake. */
function isNotJustNow({ status, problem: { code } }: ServiceError): boolean {
  // A service newer than this page may have codes that the page does not know.
  return isErrorCode(code) ? asksToWait(code) : status === 503 || status === 429;
}

/** The service is awake and does not take requests from this page. */
export class RefusedPageError extends Error {
  constructor(options?: ErrorOptions) {
    super('The service does not accept requests from this page.', options);
    this.name = 'RefusedPageError';
  }
}
