import type { Candidate, Gathered } from '@atoll/intake/candidate';
import { isComputed, type Pick } from '@atoll/intake/choice';
import type { Proposal, Role } from '@atoll/intake/proposal';

/** Of the files that are passed over for one reason, beyond this many they are only counted. */
const namedFiles = 3;

/** What was found among the files, a line an image. */
export function describeGathered({ candidates, ignored }: Gathered): string {
  const count = candidates.length;
  const lines = [
    `${count === 0 ? 'No' : count} image${count === 1 ? '' : 's'} found${count === 0 ? '' : ':'}`,
  ];
  for (const candidate of candidates) {
    const { id, name, source, grid, volumes } = candidate;
    const kind = { dicom: 'DICOM', nifti: 'NIfTI', metaimage: 'MetaImage' }[source];
    const size = `${grid.shape.join(' × ')}${volumes > 1 ? `, ${volumes} volumes` : ''}`;
    lines.push(`  ${id.padEnd(4)} ${name}  (${kind}, ${size})`);
  }
  // Files of one kind are told by their kind; what was an image, first.
  const byReason = Map.groupBy(
    ignored.toSorted((a, b) => Number(b.wasImage ?? false) - Number(a.wasImage ?? false)),
    ({ reason }) => reason,
  );
  for (const [reason, files] of byReason) {
    const paths = files.slice(0, namedFiles).map(({ path }) => path);
    const more = files.length > namedFiles ? ` and ${files.length - namedFiles} more` : '';
    lines.push(`  –    ${paths.join(', ')}${more}: ${reason}`);
  }
  return `${lines.join('\n')}\n`;
}

/** What is used for what, and why. */
export function describeChoice(proposal: Proposal, candidates: readonly Candidate[]): string {
  const { choice } = proposal;
  const lines: string[] = [];
  const line = (role: Role, title: string, pick: Pick) => {
    const finding = proposal.findings.find(
      (each) => each.role === role && JSON.stringify(each.pick) === JSON.stringify(pick),
    );
    const why =
      finding === undefined ? 'selected by you' : `${finding.reason} (confidence: ${finding.confidence})`;
    lines.push(`  ${title.padEnd(9)} ${describePick(pick, candidates)}: ${why}`);
  };
  if (choice !== null) {
    line('dwi', 'DWI', choice.dwi);
    if (isComputed(choice.adc)) {
      const { b0, bValue } = choice.adc.computedFrom;
      line('b0', 'b0', b0);
      lines.push(`  ADC       computed from b0 and DWI, b = ${bValue ?? '?'} s/mm²`);
    } else line('adc', 'ADC', choice.adc);
    if (choice.flair !== null) line('flair', 'FLAIR', choice.flair);
    if (choice.reference !== null) line('reference', 'reference', choice.reference);
  }
  for (const { candidateId, reason } of proposal.unused) {
    lines.push(`  not used  ${candidateId}: ${reason}`);
  }
  for (const { message, blocking, serious } of proposal.problems) {
    lines.push(`  ${blocking ? 'problem ' : serious === true ? 'caution ' : 'note    '}  ${message}`);
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function describePick({ candidateId, volumes }: Pick, candidates: readonly Candidate[]): string {
  const candidate = candidates.find(({ id }) => id === candidateId);
  if (candidate === undefined || candidate.volumes === 1) return candidateId;
  return `${candidateId}:${ranges(volumes)}`;
}

/** 1, 2, 3, 5 → "1-3,5", as `--use` takes it. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const n of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && n === last[1] + 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}
