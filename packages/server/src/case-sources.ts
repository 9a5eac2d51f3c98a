import { join } from 'node:path';
import { PhantomSource } from '@atoll/cases/phantom/source';
import { CaseRegistry } from '@atoll/cases/registry';
import type { Settings } from './settings.ts';

/** The cases that an instance with these settings has. */
export function openCaseSources({ dataDir }: Pick<Settings, 'dataDir'>): CaseRegistry {
  return new CaseRegistry([new PhantomSource({ cacheDir: join(dataDir, 'cases') })]);
}
