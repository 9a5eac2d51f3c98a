import type { Engine } from '../engine.ts';
import { probabilityOption } from '../probability-option.ts';
import { ensembleId, partChoice, partStageId } from './ensemble-name.ts';
import { joinRules } from './join-rules.ts';

/** What is said of an engine, whoever says it: the engine itself, or a service's list of them. */
export type EngineFacts = Pick<
  Engine,
  'id' | 'version' | 'title' | 'description' | 'presets' | 'options' | 'stages' | 'citations'
>;

export const joinStage = { id: 'join', title: 'Joining the masks' };

/**
 * What is said of an ensemble, made of what is said of its parts. Its presets are the ways to join; its options are
 * those of its parts and, as `part:preset`, their presets but the first, which is the one that runs unless asked.
 */
export function ensembleFacts(parts: readonly EngineFacts[]): EngineFacts {
  return {
    id: ensembleId(parts.map(({ id }) => id)),
    version: parts.map(({ version }) => version).join('+'),
    title: parts.map(({ title }) => title).join(' + '),
    description: `Runs ${parts.length} engines on the same images and joins their masks; each keeps its own, and where they disagree is listed. ${parts.map(({ title, description }) => `${title}: ${description}`).join(' ')}`,
    presets: joinRules,
    options: [
      {
        ...probabilityOption,
        description:
          'Also write which share of the engines marked each voxel, or what STAPLE takes for its probability (probability.nii.gz).',
      },
      ...parts.flatMap((part) => [
        ...part.presets.slice(1).map((preset) => ofPart(part, preset, `preset ${preset.title}`)),
        // Probabilities are of the joined mask alone.
        ...part.options
          .filter(({ id }) => id !== probabilityOption.id)
          .map((option) => ofPart(part, option, option.title)),
      ]),
    ],
    stages: [...parts.map(({ id, title }) => ({ id: partStageId(id), title })), joinStage],
    citations: [...new Set(parts.flatMap(({ citations }) => citations))],
  };
}

function ofPart(part: EngineFacts, choice: EngineFacts['options'][number], words: string) {
  return {
    id: partChoice(part.id, choice.id),
    title: `${part.title}: ${words}`,
    description: choice.description,
  };
}
