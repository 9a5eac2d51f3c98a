import { join } from 'node:path';
import type { Engine } from '@atoll/engines/engine';
import { type Engines, openEngines } from '@atoll/engines/registry';
import { AtollError } from '@atoll/errors/error';
import { ModelEngine } from '@atoll/models/engine';
import { modelShelf, runtimeFolder } from './models.ts';
import type { Settings } from './settings.ts';

/**
 * The engines as the settings have them, models that were added last.
 * @throws AtollError SETTINGS_INVALID when the settings' default engine is none.
 */
export function enginesOf(settings: Pick<Settings, 'dataDir' | 'deepisles' | 'engine'>): Engines {
  const engines = openEngines({
    deepisles: { ...settings.deepisles, folder: join(settings.dataDir, 'deepisles') },
    added: modelsOf(settings),
  });
  try {
    engines.find(settings.engine);
  } catch (thrown) {
    const reason = thrown instanceof AtollError ? thrown.message : '';
    throw new AtollError('SETTINGS_INVALID', `ATOLL_ENGINE: ${reason}`, { cause: thrown });
  }
  return engines;
}

/** The models on the shelf as engines, looked at anew when something on it has changed: a server need not be restarted. */
function modelsOf(settings: Pick<Settings, 'dataDir'>): () => readonly Engine[] {
  const shelf = modelShelf(settings);
  let known: { readonly fingerprint: string; readonly engines: readonly Engine[] } | null = null;
  return () => {
    const fingerprint = shelf.fingerprint();
    if (known?.fingerprint !== fingerprint) {
      const { models } = shelf.list();
      known = { fingerprint, engines: models.map((each) => new ModelEngine(each, runtimeFolder(settings))) };
    }
    return known.engines;
  };
}
