import type { AccessRecords } from '@atoll/access/records';
import { AtollError } from '@atoll/errors/error';
import type { FastifyRequest } from 'fastify';
import type { Identification } from './identification.ts';
import type { SignInDesk } from './sign-in-desk.ts';

/** What the routes about access need. */
export class AccessDesk {
  readonly #records: () => Promise<AccessRecords>;
  readonly #identification: Identification | null;
  readonly #signIn: SignInDesk | null;

  /**
   * @param identification null where nobody has to sign in.
   * @param signIn null where nobody signs in here.
   */
  constructor(
    records: () => Promise<AccessRecords>,
    identification: Identification | null,
    signIn: SignInDesk | null,
  ) {
    this.#records = records;
    this.#identification = identification;
    this.#signIn = signIn;
  }

  /** @throws AtollError SIGN_IN_OFF where nobody signs in here. */
  get signIn(): SignInDesk {
    if (this.#signIn === null) throw new AtollError('SIGN_IN_OFF');
    return this.#signIn;
  }

  /** @throws AtollError ACCESS_OFF where nobody has to sign in. */
  async records(): Promise<AccessRecords> {
    if (this.#identification === null) throw new AtollError('ACCESS_OFF');
    return this.#records();
  }

  /** Id of the account that asks. @throws AtollError SIGN_IN_NEEDED */
  accountOf({ visitor }: FastifyRequest): string {
    if (visitor?.principal == null) throw new AtollError('SIGN_IN_NEEDED');
    return visitor.principal.id;
  }

  /** After a token or a link was revoked, so that it counts at once. */
  forget(): void {
    this.#identification?.tokens.forget();
    this.#identification?.shares.forget();
  }
}
