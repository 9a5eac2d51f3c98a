import { AtollError } from '@atoll/errors/error';
import type { GivenDescription, ModelInput } from '../description.ts';

export type Role = ModelInput['role'];

/** What a trained model does not say of itself, and whoever imports it has to. */
export type Told = {
  readonly id: string;
  readonly licence: string;
  readonly title?: string | undefined;
  readonly version?: string | undefined;
  readonly description?: string | undefined;
  readonly citations?: readonly string[] | undefined;
  /** In the order of the channels; told by their names where it is left out. */
  readonly roles?: readonly string[] | undefined;
  readonly adcUnit?: ModelInput['unit'] | undefined;
  /** Names of the labels that mean lesion; the only one where there is one. */
  readonly marked?: readonly string[] | undefined;
  readonly threshold?: number | undefined;
  readonly orientation?: string | undefined;
};

/** What is said of the model to people. */
export function headOf(
  told: Told,
  known: { readonly title: string; readonly description: string; readonly version?: string | undefined },
) {
  return {
    atollModel: 1,
    id: told.id,
    title: told.title ?? known.title,
    version: told.version ?? known.version ?? '1',
    description: told.description ?? known.description,
    licence: told.licence,
    citations: [...(told.citations ?? [])],
  } satisfies Partial<GivenDescription>;
}

const roleNames: readonly (readonly [Role, RegExp])[] = [
  ['adc', /adc|apparent/i],
  ['flair', /flair/i],
  ['dwi', /dwi|trace|b ?1000|diffusion/i],
];

/** @throws AtollError MODEL_INVALID where a channel's role cannot be told */
export function rolesOf(names: readonly string[], told: readonly string[] | undefined): Role[] {
  if (told !== undefined && told.length !== names.length) {
    throw new AtollError(
      'MODEL_CHANNELS',
      `The network takes ${names.length} channels (${names.join(', ')}), but ${told.length} roles are given.`,
    );
  }
  return (told ?? names).map((name, at) => {
    const role = roleNames.find(([id, pattern]) =>
      told === undefined ? pattern.test(name) : id === name,
    )?.[0];
    if (role !== undefined) return role;
    const channel = `Channel ${at} (“${names[at]}”)`;
    throw new AtollError(
      'MODEL_INVALID',
      `${channel}: say which image it is with --roles, from dwi, adc and flair.`,
    );
  });
}
