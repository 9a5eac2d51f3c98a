import type { Engines } from '@atoll/engines/registry';

/** The engines as the settings of this environment have them. */
export async function openEngines(): Promise<Engines> {
  const { readSettings } = await import('@atoll/server/settings');
  const { enginesOf } = await import('@atoll/server/settled-engines');
  return enginesOf(readSettings(process.env));
}
