import { catalogue, type ErrorCode } from './catalogue.ts';

/**
 * Every failure that a user can see. `code` names its row of the catalogue; `message` is a sentence for
 * people that may name what was found (never a patient's data); `action` says what to do next.
 */
export class AtollError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail ?? catalogue[code].sentence, options);
    this.name = 'AtollError';
    this.code = code;
  }

  /** HTTP status that this error answers with. */
  get status(): number {
    return catalogue[this.code].status;
  }

  /** What the user can do about it. */
  get action(): string {
    return catalogue[this.code].action;
  }
}

/** An AtollError as it is; anything else wrapped as INTERNAL, with the original kept as its cause. */
export function asAtollError(thrown: unknown): AtollError {
  if (thrown instanceof AtollError) return thrown;
  return new AtollError('INTERNAL', undefined, { cause: thrown });
}
