import type { Candidate, Gathered } from '@atoll/intake/candidate';
import type { Proposal } from '@atoll/intake/proposal';

/** What a dry run found, for scripts: images, what was passed over and why, the choice, and what stands against it. */
export function asJson({ candidates, ignored }: Gathered, proposal: Proposal): object {
  const { choice, findings, missing, problems, subjects, unused } = proposal;
  return {
    images: candidates.map(describeImage),
    passedOver: [
      ...ignored.map(({ path, reason }) => ({ path, reason })),
      ...unused.map(({ candidateId, reason }) => ({ image: candidateId, reason })),
    ],
    findings: findings.map(({ role, pick, reason, confidence }) => ({ role, ...pick, reason, confidence })),
    subjects,
    problems: problems.map(({ code, blocking, serious, message }) => ({
      code,
      severity: blocking ? 'blocking' : serious === true ? 'serious' : 'caution',
      message,
    })),
    missing,
    choice,
  };
}

function describeImage({ id, name, source, grid, volumes, bValues, cautions }: Candidate): object {
  return {
    id,
    name,
    source,
    shape: grid.shape,
    volumes,
    bValues,
    cautions: cautions.map(({ message }) => message),
  };
}
