import type { Engines } from '@atoll/engines/registry';

/** The engines as the settings of this environment have them. */
export async function openEngines(): Promise<Engines> {
  const { openInstance } = await import('@atoll/instance/instance');
  return openInstance().engines;
}
