import { inject } from 'vitest';
import { type ContainerEngine, ensureContainerEngine } from '../../scripts/containers/engine.ts';

/** The engine of this machine; the tests are skipped without one, and the test command says why. */
export const here: ContainerEngine | null = inject('hasContainers') ? engine() : null;

function engine(): ContainerEngine {
  const found = ensureContainerEngine();
  if (typeof found === 'string') throw new Error(found);
  return found;
}

/** The engine, in tests that are skipped without one. */
export function mustHave(): ContainerEngine {
  if (here === null) throw new Error('There are no containers here.');
  return here;
}
