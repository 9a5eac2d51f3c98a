import { join } from 'node:path';
import { PhantomSource } from '@atoll/cases/phantom/source';
import { CaseRegistry } from '@atoll/cases/registry';

/** The cases that this machine has, as the server lists them. */
export async function openCases(): Promise<CaseRegistry> {
  const { readSettings } = await import('@atoll/server/settings');
  const { dataDir } = readSettings(process.env);
  return new CaseRegistry([new PhantomSource({ cacheDir: join(dataDir, 'cases') })]);
}
