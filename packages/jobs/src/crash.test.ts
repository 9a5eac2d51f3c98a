import { describe, expect, it } from 'vitest';
import { runCrashCampaign } from '../test/crash-campaign.ts';
import { usePostgres } from '../test/use-postgres.ts';

const server = usePostgres();

/** `npm run crash -- --rounds N` plays it for longer. */
describe('a short campaign of kills', () => {
  it('costs no acknowledged job or revision on the embedded database', async () => {
    const { acknowledged, revisions, faults } = await runCrashCampaign({ rounds: 4, server: null });
    expect(faults).toEqual([]);
    expect(acknowledged).toBeGreaterThan(4);
    expect(revisions).toBeGreaterThan(0);
  }, 300_000);

  it('costs no acknowledged job or revision on PostgreSQL with an API and three workers', async () => {
    const { acknowledged, revisions, faults } = await runCrashCampaign({ rounds: 6, server: server() });
    expect(faults).toEqual([]);
    expect(acknowledged).toBeGreaterThan(5);
    expect(revisions).toBeGreaterThan(0);
  }, 300_000);
});
