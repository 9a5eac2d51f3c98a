import type { PresetId } from '@atoll/engines/diffusion/parameters';
import { segmentDiffusion } from '@atoll/engines/diffusion/pipeline';
import { AtollError } from '@atoll/errors/error';
import type { Mask } from '@atoll/volume/volume';
import { type Anatomy, type Subject, studyOf, untouched } from './anatomy.ts';
import type { ConditionId } from './conditions.ts';
import type { ThreadKind } from './crew.ts';
import type { PasteSet, Task } from './plan.ts';
import { againstExpert, diceOf, score, volumeMl } from './scoring.ts';
import { stage } from './staged.ts';
import type { Infarct } from './synthesis.ts';

/** What came of one run. Plain values: rows go from thread to thread and into files. */
export type Row = {
  readonly head: string;
  readonly condition: ConditionId;
  readonly kind: 'pasted' | 'healthy' | 'patient';
  /** What was pasted; null for nothing. */
  readonly set: PasteSet | null;
  /** Size asked for, in sets of one size, and seed. */
  readonly ml: number | null;
  readonly seed: number | null;
  readonly lesions: readonly LesionRow[];
  readonly dice: number | null;
  readonly falseMl: number;
  readonly markedMl: number;
  readonly brainMl: number | null;
  /** Of the brain's outline, with the suite's own. */
  readonly brainDice: number | null;
  /** A patient's mask against the expert's. */
  readonly expert: { readonly dice: number; readonly lesionF1: number } | null;
  /** A patient's mask under a perturbation against the one without: Dice, and volume over volume. */
  readonly itself: { readonly dice: number; readonly volumeRatio: number } | null;
  /** Why the engine refused, or why there was nothing to run. */
  readonly refused: string | null;
};

export type LesionRow = Pick<Infarct, 'side' | 'region' | 'contrast' | 'adcShare'> & {
  readonly ml: number;
  readonly share: number;
  readonly found: boolean;
};

/** Threads that run tasks under a preset. */
export function runningUnder(preset: PresetId): ThreadKind<Row> {
  return { file: new URL('./worker.ts', import.meta.url), data: preset };
}

/** null where the head has no room for the infarct, or the condition makes no sense on it. */
export async function runTask(task: Task, preset: PresetId): Promise<Row | null> {
  const staged = await stage(task);
  if (staged === null) return null;
  const { head, pasted, seed, changed } = staged;
  const set = task.paste === null ? null : (task.paste.set ?? 'size');
  const answer = answerOf(changed.subject, preset);
  const kind = pasted !== null ? 'pasted' : head.healthy ? 'healthy' : 'patient';
  const base = {
    head: task.head,
    condition: task.condition,
    kind,
    set,
    ml: set === 'size' ? (task.paste?.ml ?? null) : null,
    seed,
  } as const;
  if (typeof answer === 'string') {
    const lost = (pasted?.infarcts ?? []).map((each) => ({ ...each, share: 0, found: false }));
    return {
      ...base,
      lesions: lost.map(lesionRow),
      dice: pasted === null ? null : 0,
      falseMl: 0,
      markedMl: 0,
      brainMl: null,
      brainDice: null,
      expert: kind === 'patient' ? { dice: 0, lesionF1: 0 } : null,
      itself: kind === 'patient' ? { dice: 0, volumeRatio: 0 } : null,
      refused: answer,
    };
  }
  const result = score(answer.mask, changed.subject);
  const infarcts = pasted?.infarcts ?? [];
  const known = changed.subject.known;
  return {
    ...base,
    lesions: result.lesions.map(({ at, ...found }) => lesionRow({ ...infarcts[at], ...found })),
    dice: result.dice,
    falseMl: result.falseMl,
    markedMl: result.markedMl,
    brainMl: answer.brain === null ? null : volumeMl(answer.brain),
    brainDice: answer.brain === null ? null : diceOf(answer.brain, changed.subject.brain),
    expert: kind === 'patient' && known !== null ? againstExpert(answer.mask, known) : null,
    itself:
      kind === 'patient' && task.condition !== 'native'
        ? withItself(answer.mask, head, changed.moved, preset)
        : null,
    refused: null,
  };
}

type Answer = { readonly mask: Mask; readonly brain: Mask | null };

/** The engine's masks, or the code of the error with which it refused. */
function answerOf(subject: Subject, preset: PresetId): Answer | string {
  try {
    return segmentDiffusion(studyOf(subject), preset);
  } catch (thrown) {
    if (thrown instanceof AtollError) return thrown.code;
    throw thrown;
  }
}

const nativeMasks = new WeakMap<Anatomy, Answer | string>();

function withItself(mask: Mask, head: Anatomy, moved: (mask: Mask) => Mask, preset: PresetId): Row['itself'] {
  const before = nativeMasks.get(head) ?? answerOf(untouched(head), preset);
  nativeMasks.set(head, before);
  if (typeof before === 'string') return { dice: 0, volumeRatio: 0 };
  const expected = moved(before.mask);
  return { dice: diceOf(mask, expected), volumeRatio: volumeMl(mask) / Math.max(1e-9, volumeMl(expected)) };
}

function lesionRow({ ml, share, found, side, region, contrast, adcShare }: LesionRow): LesionRow {
  return { ml, share, found, side, region, contrast, adcShare };
}
