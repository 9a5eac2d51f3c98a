import type { CaseRegistry } from '@atoll/cases/registry';

/** The cases that this machine has, as the server lists them. */
export async function openCases(): Promise<CaseRegistry> {
  const { readSettings } = await import('@atoll/server/settings');
  const { openCaseSources } = await import('@atoll/server/case-sources');
  return openCaseSources(readSettings(process.env));
}
