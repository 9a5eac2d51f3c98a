/** Where the two Spaces of a user can be reached. Source: Hugging Face's rules for the addresses of Spaces. */
export type SpaceNames = { readonly user: string; readonly frontend: string; readonly backend: string };

const wellFormed = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?$/;
/** Of one label of a host name. */
const longestLabel = 63;

/** @throws Error that says which name cannot be one of a user or a Space. */
export function checkNames(names: SpaceNames): void {
  for (const [what, name] of Object.entries(names)) {
    if (!wellFormed.test(name) || name.includes('--') || name.includes('..')) {
      throw new Error(`--${what}: "${name}" cannot be a name on Hugging Face.`);
    }
  }
  for (const space of [names.frontend, names.backend]) {
    if (labelOf(names.user, space).length > longestLabel) {
      throw new Error(
        `"${names.user}-${space}" is longer than ${longestLabel} letters: Hugging Face would give the Space an address that cannot be foretold. Choose a shorter name.`,
      );
    }
  }
  if (names.frontend.toLowerCase() === names.backend.toLowerCase()) {
    throw new Error('--frontend and --backend must be two names.');
  }
}

/** A static Space answers under two names; readers come by either. */
export function frontendOrigins({ user, frontend }: SpaceNames): readonly [string, string] {
  const label = labelOf(user, frontend);
  return [`https://${label}.static.hf.space`, `https://${label}.hf.space`];
}

export function backendUrl({ user, backend }: SpaceNames): string {
  return `https://${labelOf(user, backend)}.hf.space`;
}

function labelOf(user: string, space: string): string {
  return `${user}-${space}`.toLowerCase().replace(/[._]/g, '-');
}
