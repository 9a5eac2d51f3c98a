import { evidenceNames, evidenceOf } from '@atoll/engines/diffusion/judge';
import type { Pieces } from '@atoll/engines/diffusion/pieces';
import { segmentDiffusion } from '@atoll/engines/diffusion/pipeline';
import { AtollError } from '@atoll/errors/error';
import { spacingMm } from '@atoll/volume/affine';
import { type Box, cropMask, dilate } from '@atoll/volume/morphology';
import { toCanonical } from '@atoll/volume/orientation';
import type { Mask } from '@atoll/volume/volume';
import { z } from 'zod';
import { type Subject, studyOf, truthOf } from './anatomy.ts';
import { type ConditionId, conditionIds } from './conditions.ts';
import type { ThreadKind } from './crew.ts';
import type { Task } from './plan.ts';
import { stage } from './staged.ts';

/** A piece that the engine's judge would be asked about, and what it is in truth. */
const EvidenceRow = z.object({
  isLesion: z.boolean(),
  volumeMl: z.number(),
  evidence: z.record(z.enum(evidenceNames), z.number()),
});
export type EvidenceRow = Readonly<z.infer<typeof EvidenceRow>>;

/** All pieces of one run; what belongs to neither side for sure is left out. */
export type EvidenceRun = {
  readonly head: string;
  readonly family: string;
  readonly condition: ConditionId;
  /** Size of what was pasted, mL; null for a head as it is. */
  readonly ml: number | null;
  readonly pieces: readonly EvidenceRow[];
};

/** Runs as a file keeps them. */
export const EvidenceRuns = z.array(
  z.object({
    head: z.string(),
    family: z.string(),
    condition: z.enum(conditionIds),
    ml: z.number().nullable(),
    pieces: z.array(EvidenceRow),
  }),
);

/** A piece is an infarct from the first share of it within an infarct on, and none up to the second. */
const shares = { lesion: 0.4, none: 0.05 };
/** The rim of an infarct is infarct; what lies near one that the patient had before is not judged. */
const marginMm = { lesion: 2, known: 8 };

/** Threads that collect evidence. */
export const collecting: ThreadKind<EvidenceRun> = {
  file: new URL('./evidence-worker.ts', import.meta.url),
  data: 'evidence',
};

/** null where there is nothing to run, or the engine refuses. */
export async function collectEvidence(task: Task): Promise<EvidenceRun | null> {
  const staged = await stage(task);
  if (staged === null) return null;
  const { head, changed } = staged;
  const pieces: EvidenceRow[] = [];
  try {
    segmentDiffusion(studyOf(changed.subject), 'balanced', undefined, (found, box) => {
      pieces.push(...labelled(found, box, changed.subject));
    });
  } catch (thrown) {
    if (thrown instanceof AtollError) return null;
    throw thrown;
  }
  return {
    head: task.head,
    family: head.family,
    condition: task.condition,
    ml: task.paste?.ml ?? null,
    pieces,
  };
}

function labelled({ labels, count, all }: Pieces, box: Box, subject: Subject): EvidenceRow[] {
  const truth = widened(truthOf(subject), marginMm.lesion, box);
  const aside = subject.known === null ? null : widened(subject.known, marginMm.known, box);
  const inside = new Float64Array(count + 1);
  const unknown = new Float64Array(count + 1);
  for (let at = 0; at < labels.length; at++) {
    if (truth[at] !== 0) inside[labels[at]]++;
    else if (aside !== null && aside[at] !== 0) unknown[labels[at]]++;
  }
  return all.flatMap((piece) => {
    const share = inside[piece.label] / piece.voxels;
    if (unknown[piece.label] > 0 || (share > shares.none && share < shares.lesion)) return [];
    return [{ isLesion: share >= shares.lesion, volumeMl: piece.volumeMl, evidence: evidenceOf(piece) }];
  });
}

/** A mask with a margin, in the engine's order of voxels and within its box. */
function widened(mask: Mask, mm: number, box: Box): Uint8Array {
  const wide = dilate(mask.data, mask.shape, spacingMm(mask.affine), mm);
  const turned = toCanonical({ ...mask, data: Float32Array.from(wide) });
  return cropMask(Uint8Array.from(turned.data), turned.shape, box);
}
