import { type Anatomy, type Changed, untouched } from './anatomy.ts';
import { conditionOf } from './conditions.ts';
import { anatomy } from './heads.ts';
import type { Task } from './plan.ts';
import { type Paste, type Pasted, paste } from './synthesis.ts';

/** A task as the engine gets to see it. */
export type Staged = {
  readonly head: Anatomy;
  /** null for the head as it is. */
  readonly pasted: Pasted | null;
  readonly seed: number;
  readonly changed: Changed;
};

/** null where the head has no room for the infarct, or the condition makes no sense on it. */
export async function stage(task: Task): Promise<Staged | null> {
  const head = await anatomy(task.head);
  const pasted = task.paste === null ? null : pasteOnce(head, task.paste);
  if (task.paste !== null && pasted === null) return null;
  const seed = task.paste?.seed ?? 1;
  const changed = conditionOf(task.condition).apply(pasted?.subject ?? untouched(head), head, seed);
  return changed === null ? null : { head, pasted, seed, changed };
}

let last: { readonly key: string; readonly pasted: Pasted | null } | null = null;

/** The same infarcts are asked for under one condition after the other: the last ones are kept. */
function pasteOnce(head: Anatomy, request: Paste): Pasted | null {
  const key = head.id + JSON.stringify(request);
  if (last?.key !== key) last = { key, pasted: paste(head, request) };
  return last.pasted;
}
