import { readSettings } from '@atoll/instance/settings';
import { describe, expect, it } from 'vitest';
import { startServer } from '../start.ts';
import { checkOpenness } from './openness.ts';

const check = (env: Record<string, string>) => checkOpenness(readSettings(env));

describe('an instance where nobody has to sign in', () => {
  it('listens to this machine without another word', () => {
    for (const ATOLL_HOST of ['127.0.0.1', 'localhost', '::1', '127.0.1.1']) check({ ATOLL_HOST });
  });

  it('listens to others only when it is told that this is wanted, and says how', async () => {
    for (const ATOLL_HOST of ['0.0.0.0', '::', '192.0.2.1', 'atoll.example.org']) {
      expect(() => check({ ATOLL_HOST })).toThrow(/ATOLL_OPEN=yes/);
      check({ ATOLL_HOST, ATOLL_OPEN: 'yes' });
      check({ ATOLL_HOST, ATOLL_AUTH: 'proxy', ATOLL_TRUSTED_PROXIES: 'loopback' });
    }
    const started = startServer(readSettings({ ATOLL_HOST: '0.0.0.0', ATOLL_LOG_LEVEL: 'silent' }));
    await expect(started).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });

  it('asks for the address of the proxy that is to be believed', () => {
    expect(() => check({ ATOLL_AUTH: 'proxy' })).toThrow(/ATOLL_TRUSTED_PROXIES/);
  });
});
