import type { Candidate } from '@atoll/intake/candidate';
import { type Choice, isComputed, type Pick } from '@atoll/intake/choice';
import type { Finding, Proposal, Role } from '@atoll/intake/proposal';

/** What a row of the table stands for. One series may hold b0 and directions, and so play two parts. */
export type RowRole = Role | 'dwi+b0' | 'unused';
/** By candidate id. */
export type Roles = ReadonlyMap<string, RowRole>;

export const roleTitles: Record<RowRole, string> = {
  dwi: 'DWI',
  'dwi+b0': 'DWI and b0',
  b0: 'b0',
  adc: 'ADC',
  flair: 'FLAIR',
  reference: 'Reference mask',
  unused: 'Not used',
};

/** In which they are listed. */
export const roleOrder: readonly RowRole[] = ['dwi', 'dwi+b0', 'b0', 'adc', 'flair', 'reference', 'unused'];

/** What a reader may make of an image. */
export function rolesFor({ volumes }: { readonly volumes: number }): readonly RowRole[] {
  return volumes > 1
    ? ['dwi', 'dwi+b0', 'b0', 'unused']
    : ['dwi', 'b0', 'adc', 'flair', 'reference', 'unused'];
}

/** The proposal as rows. */
export function rolesOf(candidates: readonly Candidate[], { choice, findings }: Proposal): Roles {
  const parts = new Map<string, Set<Role>>();
  const add = (role: Role, pick: Pick | null) => {
    if (pick === null) return;
    const known = parts.get(pick.candidateId) ?? new Set();
    parts.set(pick.candidateId, known.add(role));
  };
  if (choice !== null) {
    add('dwi', choice.dwi);
    if (isComputed(choice.adc)) add('b0', choice.adc.computedFrom.b0);
    else add('adc', choice.adc);
    add('flair', choice.flair);
    add('reference', choice.reference);
  } else {
    // Nothing to run yet: the best of each part, so that the reader has only to add what is missing.
    for (const role of ['dwi', 'b0', 'adc', 'flair', 'reference'] as const) {
      add(role, findings.find((finding) => finding.role === role)?.pick ?? null);
    }
  }
  return new Map(candidates.map(({ id }) => [id, rowRole(parts.get(id) ?? new Set())]));
}

function rowRole(parts: ReadonlySet<Role>): RowRole {
  if (parts.has('dwi') && parts.has('b0')) return 'dwi+b0';
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
  if (role === 'unused') return [];
  return role === 'dwi+b0' ? ['dwi', 'b0'] : [role];
}

export type ChoiceState = {
  /** null while something is missing. */
  readonly choice: Choice | null;
  /** Sentences for people. */
  readonly missing: readonly string[];
  /** ADC has to be computed, and no file says by which b. */
  readonly asksBValue: boolean;
};

/**
 * What the rows come to.
 * @param saidBValue s/mm², by the reader; null while none was entered.
 */
export function choiceOf(
  candidates: readonly Candidate[],
  findings: readonly Finding[],
  roles: Roles,
  saidBValue: number | null,
): ChoiceState {
  const pickOf = (role: Role): Pick | null => {
    const candidate = candidates.find(({ id }) => partsOf(roles.get(id) ?? 'unused').includes(role));
    return candidate === undefined ? null : volumesFor(candidate, role, findings);
  };
  const [dwi, b0, adc] = [pickOf('dwi'), pickOf('b0'), pickOf('adc')];
  const missing: string[] = [];
  if (dwi === null) missing.push('Select the DWI.');
  if (adc === null && b0 === null) {
    missing.push('Select the ADC map, or the b0 image to compute it from.');
  }
  const known = dwi === null || b0 === null ? null : bBetween(candidates, dwi, b0);
  const asksBValue = adc === null && b0 !== null && known === null;
  const bValue = known ?? saidBValue;
  if (asksBValue && bValue === null) missing.push('Enter the b-value of the DWI.');
  if (dwi === null || missing.length > 0) return { choice: null, missing, asksBValue };
  const source = adc ?? (b0 === null ? null : { computedFrom: { b0, bValue } });
  if (source === null) return { choice: null, missing, asksBValue };
  return {
    choice: { dwi, adc: source, flair: pickOf('flair'), reference: pickOf('reference') },
    missing,
    asksBValue,
  };
}

/** The volumes that were found to be of this part; else those that its b-values speak for; else all. */
function volumesFor(candidate: Candidate, role: Role, findings: readonly Finding[]): Pick {
  const found = findings.find(
    (finding) => finding.role === role && finding.pick.candidateId === candidate.id,
  );
  if (found !== undefined) return found.pick;
  const all = Array.from({ length: candidate.volumes }, (_, at) => at);
  const { bValues } = candidate;
  if (bValues === null || bValues.length !== candidate.volumes)
    return { candidateId: candidate.id, volumes: all };
  const wanted = role === 'b0' ? Math.min(...bValues) : Math.max(...bValues);
  // Scanners write 995 and 1005 for one shell.
  const volumes = all.filter((at) => Math.abs(bValues[at] - wanted) <= 50);
  return { candidateId: candidate.id, volumes };
}

/** b of the DWI less that of the b0, s/mm²; null where the files do not say. */
function bBetween(candidates: readonly Candidate[], dwi: Pick, b0: Pick): number | null {
  const high = meanB(candidates, dwi);
  const low = meanB(candidates, b0);
  return high === null || low === null || high - low <= 0 ? null : high - low;
}

function meanB(candidates: readonly Candidate[], { candidateId, volumes }: Pick): number | null {
  const bValues = candidates.find(({ id }) => id === candidateId)?.bValues ?? null;
  if (bValues === null || volumes.length === 0) return null;
  return volumes.reduce((sum, at) => sum + bValues[at], 0) / volumes.length;
}
