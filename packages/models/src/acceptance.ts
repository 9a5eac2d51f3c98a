import { AtollError } from '@atoll/errors/error';
import { z } from 'zod';
import type { ModelDescription } from './description.ts';

/** That somebody accepted the licence of just this model. */
const Acceptance = z.strictObject({
  licence: z.string(),
  acceptedAt: z.iso.datetime(),
});
export type Acceptance = z.infer<typeof Acceptance>;
/** The file that says so, beside the model. */
export const acceptanceName = 'accepted.json';

/** @throws AtollError MODEL_LICENCE_NOT_ACCEPTED that says which licence it is */
export function acceptLicence({ title, licence }: ModelDescription, accepts: boolean): Acceptance {
  if (accepts) return { licence, acceptedAt: new Date().toISOString() };
  throw new AtollError(
    'MODEL_LICENCE_NOT_ACCEPTED',
    `“${title}” is under this licence: ${licence}. It was not accepted.`,
  );
}

/**
 * Reads what was kept beside a model; a licence that changed since is another licence.
 * @throws AtollError MODEL_LICENCE_NOT_ACCEPTED
 */
export function checkAcceptance({ title, licence }: ModelDescription, kept: unknown): Acceptance {
  const acceptance = Acceptance.safeParse(kept);
  if (acceptance.success && acceptance.data.licence === licence) return acceptance.data;
  throw new AtollError(
    'MODEL_LICENCE_NOT_ACCEPTED',
    `“${title}” is under this licence: ${licence}. Another one was accepted, or none.`,
  );
}
