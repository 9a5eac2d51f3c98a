import { AtollError } from '@atoll/errors/error';

/** Between the ids of an ensemble's parts; no engine has it in its own. */
const plus = '+';
/** Between a part's id and the id of one of its presets or options. */
const colon = ':';

/** More than five readers agree no better, and each of them takes its time. */
export const mostParts = 5;

/** What `diffusion+lab-stroke` is called: the ids of its parts. */
export function ensembleId(parts: readonly string[]): string {
  return parts.join(plus);
}

export function isEnsembleId(id: string): boolean {
  return id.includes(plus);
}

/** The ids of an ensemble's parts, of one engine its own. */
export function partIds(id: string): readonly string[] {
  return id.split(plus);
}

/**
 * The parts that an ensemble's id names, as they may be.
 * @throws AtollError ENSEMBLE_INVALID where there are too many, one of them twice, or one without a name
 */
export function checkedPartIds(id: string): readonly string[] {
  const ids = partIds(id);
  if (ids.some((each) => each === '')) {
    throw new AtollError('ENSEMBLE_INVALID', `“${id}” names a part that has no name.`);
  }
  const twice = ids.find((each, at) => ids.indexOf(each) !== at);
  if (twice !== undefined) {
    throw new AtollError(
      'ENSEMBLE_INVALID',
      `“${id}” names ${twice} twice; an engine is no second reader of its own.`,
    );
  }
  if (ids.length > mostParts) {
    throw new AtollError(
      'ENSEMBLE_INVALID',
      `“${id}” has ${ids.length} parts; an ensemble has ${mostParts} at most.`,
    );
  }
  return ids;
}

/** How an ensemble's option names a preset or an option of a part: `deepisles:ensemble`. */
export function partChoice(part: string, choice: string): string {
  return `${part}${colon}${choice}`;
}

/** Its overlay: what the part marked. */
export function partOverlayId(part: string): string {
  return `part-${part}`;
}

/** Its stage in a run. */
export function partStageId(part: string): string {
  return `part-${part}`;
}

/** The overlay of how many parts marked each voxel. */
export const agreementOverlayId = 'agreement';
