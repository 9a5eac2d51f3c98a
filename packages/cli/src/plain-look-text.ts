import type { MissedPlace, PlainLook } from '@atoll/engines/report';
import { sideText } from './side-text.ts';

/** Places and lesions to look at, for the top of what is printed; none where mask and second look agree. */
export function describePlainLook(look: PlainLook | null): string[] {
  if (look === null || look.status !== 'done') return [];
  const { missed, doubtful } = look;
  const lines: string[] = [];
  const seen = missed.filter(({ markedBy }) => markedBy === undefined);
  const marked = missed.filter(({ markedBy }) => markedBy !== undefined);
  if (seen.length > 0) {
    lines.push(
      'CHECK: bright on DWI with a low ADC, and not in the mask (candidates in missed_msk.nii.gz):',
      ...seen.map(missedLine),
    );
  }
  if (marked.length > 0) {
    lines.push(
      'CHECK: marked by an engine, and not in the joined mask (candidates in missed_msk.nii.gz):',
      ...marked.map(missedLine),
    );
  }
  if (doubtful.length > 0) {
    lines.push(
      'CHECK: in the mask, but not supported by DWI or ADC:',
      ...doubtful.map(({ lesionId, why }) => `  lesion ${lesionId}: ${why}`),
    );
  }
  return lines.length === 0 ? [] : [...lines, ''];
}

function missedLine({ volumeMl, side, place, focusMm, why }: MissedPlace): string {
  const mm = focusMm.map((value) => value.toFixed(0)).join(', ');
  return `  ${volumeMl.toFixed(2).padStart(9)} mL  ${sideText(side)}, ${place}, at ${mm} mm: ${why}`;
}
