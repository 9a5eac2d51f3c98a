import { join } from 'node:path';
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
    added: modelShelf(settings)
      .list()
      .models.map((shelved) => new ModelEngine(shelved, runtimeFolder(settings))),
  });
  try {
    engines.find(settings.engine);
  } catch (thrown) {
    const reason = thrown instanceof AtollError ? thrown.message : '';
    throw new AtollError('SETTINGS_INVALID', `ATOLL_ENGINE: ${reason}`, { cause: thrown });
  }
  return engines;
}
