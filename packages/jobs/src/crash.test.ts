import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCrashCampaign } from '../test/crash-campaign.ts';
import { PostgresServer } from '../test/postgres-server.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
}, 300_000);
afterAll(() => server.stop());

/** `npm run crash -- --rounds N` plays it for longer. */
describe('a short campaign of kills', () => {
  it('costs no acknowledged job on the embedded database', async () => {
    const { acknowledged, faults } = await runCrashCampaign({ rounds: 4, server: null });
    expect(faults).toEqual([]);
    expect(acknowledged).toBeGreaterThan(4);
  }, 180_000);

  it('costs no acknowledged job on PostgreSQL with an API and three workers', async () => {
    const { acknowledged, faults } = await runCrashCampaign({ rounds: 6, server });
    expect(faults).toEqual([]);
    expect(acknowledged).toBeGreaterThan(20);
  }, 240_000);
});
