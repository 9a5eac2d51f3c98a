import { AtollError } from '@atoll/errors/error';
import type { EngineWarning } from '../engine.ts';
import { isOutOfMemory } from './failure.ts';
import { members, type Outcome, titleOf } from './outcome.ts';
import type { Run } from './runner.ts';
import type { Task } from './task.ts';

const foldsOfSeals = 5;

/**
 * Whether a run that ended with exit code 0 did what it should: DeepISLES goes on when one of its models fails, and
 * then gives the mask of another one, or an empty one.
 * @param keep keeps the log and says where.
 * @throws AtollError ENGINE_OUT_OF_MEMORY, ENGINE_FAILED when the mask cannot be what it says.
 */
export async function judge(
  task: Task,
  outcome: Outcome,
  run: Run,
  keep: () => Promise<string>,
): Promise<readonly EngineWarning[]> {
  const { team, isEmpty } = outcome;
  const { log, sealsFolds } = run;
  const missing = task.mode === 'fast' ? [] : members.filter((member) => !team.has(member));
  const isAlone = task.mode === 'ensemble' && (missing.length > 0 || log.signs.has('fell-back'));
  if ((isEmpty || isAlone) && isOutOfMemory(run.ended, log) && (isEmpty || task.parallel)) {
    throw new AtollError('ENGINE_OUT_OF_MEMORY', `DeepISLES ran out of memory. ${await keep()}`);
  }
  if (isEmpty && sealsFolds !== null && sealsFolds < foldsOfSeals) {
    throw new AtollError(
      'ENGINE_FAILED',
      `SEALS, the first model of DeepISLES, finished only ${sealsFolds} of its 5 folds. ${await keep()}`,
    );
  }
  if (isAlone && task.strict) {
    throw new AtollError(
      'ENGINE_FAILED',
      `The ensemble was requested, and ${missing.map(titleOf).join(' and ') || 'one of its models'} produced no result. ${await keep()}`,
    );
  }
  if (isEmpty && log.signs.has('error')) {
    throw new AtollError(
      'ENGINE_FAILED',
      `DeepISLES wrote an empty mask after an error in its log: the model failed. ${await keep()}`,
    );
  }
  const warnings: EngineWarning[] = [...outcome.warnings];
  if (isAlone) {
    warnings.push({
      code: 'NOT_THE_ENSEMBLE',
      severity: 'serious',
      message: `${missing.map(titleOf).join(' and ') || 'A model'} produced no result, so the mask is from SEALS alone and not from the ensemble. ${await keep()}`,
    });
  }
  if (isEmpty) {
    warnings.push({
      code: 'MASK_EMPTY',
      severity: 'serious',
      message: `DeepISLES marked nothing. It also leaves an empty mask, without any message, when its model fails: this does not mean that there is no lesion. ${await keep()}`,
    });
    return warnings;
  }
  for (const [member, mask] of team) {
    if (mask.data.includes(1)) continue;
    warnings.push({
      code: `EMPTY_${member.toUpperCase()}`,
      severity: 'caution',
      message: `${titleOf(member)} marked nothing where the other models did. It may have failed without a message.`,
    });
  }
  return warnings;
}
