import type { Role } from './proposal.ts';

/**
 * What a reader says plays a part: an image (some of its volumes; null for those that are found to be of the part), an
 * ADC that is computed, or nothing.
 */
export type SaidPart =
  | { readonly candidateId: string; readonly volumes: readonly number[] | null }
  | 'computed'
  | 'none';

/** What the reader has said: what is not said is proposed. */
export type Said = {
  readonly parts?: ReadonlyMap<Role, SaidPart> | undefined;
  /** b of the DWI, s/mm²; it outranks what files say. */
  readonly bValue?: number | undefined;
};

/** The image that the reader says plays a part; null where none is said. */
export function saidImage({ parts }: Said, role: Role): string | null {
  const part = parts?.get(role);
  return part === undefined || typeof part === 'string' ? null : part.candidateId;
}

const pairRoles: readonly Role[] = ['dwi', 'adc', 'b0'];

/** Whether the reader has said which images the mask is made of. */
export function saysPair({ parts }: Said): boolean {
  return parts !== undefined && pairRoles.some((role) => parts.has(role));
}
