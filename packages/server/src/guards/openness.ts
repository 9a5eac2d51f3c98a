import { AtollError } from '@atoll/errors/error';
import type { Settings } from '@atoll/instance/settings';
import { isLoopback } from './public-url.ts';

/**
 * Where nobody has to sign in, others than this machine are let in by an explicit word alone.
 * @throws AtollError SETTINGS_INVALID
 */
export function checkOpenness({ host, auth }: Pick<Settings, 'host' | 'auth'>): void {
  if (auth.mode !== 'none' || auth.isOpen || isLoopback(host)) return;
  throw new AtollError(
    'SETTINGS_INVALID',
    `ATOLL_OPEN: listening on ${host} lets everybody who can reach this machine see its cases and run and upload others, because ATOLL_AUTH is none; set ATOLL_OPEN=yes if that is what you want, or ATOLL_AUTH=proxy or oidc`,
  );
}
