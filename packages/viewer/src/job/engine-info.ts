import type { EngineList } from '@atoll/contract/engines';
import { ensembleFacts } from '@atoll/engines/ensemble/ensemble-facts';
import { isEnsembleId, partIds } from '@atoll/engines/ensemble/ensemble-name';

export type EngineInfo = EngineList['engines'][number];

/** What a service says of an engine, or what follows from it for an ensemble; null for one that it does not name. */
export function engineInfo({ engines }: EngineList, id: string): EngineInfo | null {
  const found = partIds(id).flatMap((part) => engines.find((each) => each.id === part) ?? []);
  if (found.length !== partIds(id).length) return null;
  if (!isEnsembleId(id)) return found[0];
  const { presets, options, stages, citations, ...facts } = ensembleFacts(found);
  // A job's first stage and its last ones are those of every engine.
  const around = found[0].stages.filter((stage) => found[1].stages.some((each) => each.id === stage.id));
  const unusable = found.find(({ usable }) => !usable);
  return {
    ...facts,
    presets: [...presets],
    options: [...options],
    stages: [...around.slice(0, 1), ...stages, ...around.slice(1)],
    citations: [...citations],
    usable: unusable === undefined,
    reason: unusable?.reason ?? null,
    cure: unusable?.cure ?? null,
  };
}
