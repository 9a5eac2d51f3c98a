import type { Candidate } from '@atoll/intake/candidate';
import type { Parts, Role } from '@atoll/intake/proposal';
import type { Said, SaidPart } from '@atoll/intake/said';

/** What a row of the table stands for. One file may hold b0 and directions, or DWI and ADC, and so play two parts. */
export type RowRole = Role | 'dwi+b0' | 'dwi+adc' | 'unused';
/** By candidate id. */
export type Roles = ReadonlyMap<string, RowRole>;

export const roleTitles: Record<RowRole, string> = {
  dwi: 'DWI',
  'dwi+b0': 'DWI and b0',
  'dwi+adc': 'DWI and ADC',
  b0: 'b0',
  adc: 'ADC',
  flair: 'FLAIR',
  reference: 'Reference mask',
  unused: 'Not used',
};

/** In which they are listed. */
export const roleOrder: readonly RowRole[] = [
  ...(['dwi', 'dwi+b0', 'dwi+adc', 'b0', 'adc', 'flair', 'reference', 'unused'] as const),
];

/**
 * What a reader may make of an image.
 * @param role what it is now: it was found to be that, and can be so again.
 */
export function rolesFor({ volumes }: { readonly volumes: number }, role: RowRole): readonly RowRole[] {
  const usual: readonly RowRole[] =
    volumes > 1 ? ['dwi', 'dwi+b0', 'b0', 'unused'] : ['dwi', 'b0', 'adc', 'flair', 'reference', 'unused'];
  return usual.includes(role) ? usual : [role, ...usual];
}

/** What is proposed, as rows; a b0 only where the ADC is computed from it. */
export function rolesOf(candidates: readonly Candidate[], parts: Parts): Roles {
  const played = new Map<string, Set<Role>>();
  const add = (role: Role, pick: Parts['dwi']) => {
    if (pick !== null) played.set(pick.candidateId, (played.get(pick.candidateId) ?? new Set()).add(role));
  };
  add('dwi', parts.dwi);
  if (parts.adc === null || parts.adc === 'computed') add('b0', parts.b0);
  else add('adc', parts.adc);
  add('flair', parts.flair);
  add('reference', parts.reference);
  return new Map(candidates.map(({ id }) => [id, rowRole(played.get(id) ?? new Set())]));
}

function rowRole(parts: ReadonlySet<Role>): RowRole {
  if (parts.has('dwi') && parts.has('b0')) return 'dwi+b0';
  if (parts.has('dwi') && parts.has('adc')) return 'dwi+adc';
  const [first] = parts;
  return first ?? 'unused';
}

/** Gives a row its part, and takes that part from the row that had it. */
export function withRole(roles: Roles, id: string, role: RowRole): Roles {
  const taken = partsOf(role);
  return new Map(
    [...roles].map(([other, has]) => {
      if (other === id) return [other, role];
      const left = partsOf(has).filter((part) => !taken.includes(part));
      return [other, left.length === partsOf(has).length ? has : rowRole(new Set(left))];
    }),
  );
}

function partsOf(role: RowRole): readonly Role[] {
  if (role === 'dwi+b0') return ['dwi', 'b0'];
  if (role === 'dwi+adc') return ['dwi', 'adc'];
  return role === 'unused' ? [] : [role];
}

/**
 * What the reader has said by the rows: the parts that differ from what was proposed. DWI, b0 and ADC belong together:
 * whoever changes one of them has said the others as well.
 * @param bValue s/mm², by the reader; null while none is said.
 */
export function saidBy(roles: Roles, proposed: Roles, bValue: number | null): Said {
  const parts = new Map<Role, SaidPart>();
  const playing = (all: Roles, role: Role) => [...all].find(([, has]) => partsOf(has).includes(role))?.[0];
  const isChanged = (role: Role) => playing(roles, role) !== playing(proposed, role);
  const said = (role: Role): SaidPart => {
    const candidateId = playing(roles, role);
    return candidateId === undefined ? 'none' : { candidateId, volumes: null };
  };
  if ((['dwi', 'b0', 'adc'] as const).some(isChanged)) {
    const [adc, b0] = [said('adc'), said('b0')];
    parts.set('dwi', said('dwi')).set('b0', b0);
    parts.set('adc', adc === 'none' ? 'computed' : adc);
  }
  for (const role of ['flair', 'reference'] as const) if (isChanged(role)) parts.set(role, said(role));
  return { parts, bValue: bValue ?? undefined };
}
