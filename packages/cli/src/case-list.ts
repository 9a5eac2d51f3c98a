import type { CaseRegistry } from '@atoll/cases/registry';

/** The cases that this machine has, as the server lists them. @param bids folder in place of ATOLL_BIDS_DIR */
export async function openCases(bids?: string): Promise<CaseRegistry> {
  const { openInstance } = await import('@atoll/instance/instance');
  const { readSettings } = await import('@atoll/instance/settings');
  return openInstance(readSettings(withBids(process.env, bids))).cases;
}

/** The environment with a BIDS folder that an option names. */
export function withBids(
  env: Readonly<Record<string, string | undefined>>,
  bids: string | undefined,
): Readonly<Record<string, string | undefined>> {
  return bids === undefined ? env : { ...env, ATOLL_BIDS_DIR: bids };
}
