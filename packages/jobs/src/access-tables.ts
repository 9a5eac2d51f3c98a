import type { AccessRecords } from '@atoll/access/records';
import { AuditTable } from './audit-table.ts';
import type { Sql } from './database.ts';
import { lt } from './drizzle.ts';
import { sessions, shares, tokens } from './schema.ts';
import { SessionTable } from './session-table.ts';
import { ShareTable } from './share-table.ts';
import { TokenTable } from './token-table.ts';

/** What has ended is listed for so long, so that one can see that it did. */
const endedMs = 30 * 86_400_000;

/** All that is kept about access. */
export function accessTables(database: Sql): AccessRecords {
  const audit = new AuditTable(database);
  return {
    tokens: new TokenTable(database),
    shares: new ShareTable(database),
    sessions: new SessionTable(database),
    audit,
    async sweep(auditBefore, now) {
      const ended = new Date(now.getTime() - endedMs);
      await database.delete(tokens).where(lt(tokens.expiresAt, ended));
      await database.delete(shares).where(lt(shares.expiresAt, ended));
      await database.delete(sessions).where(lt(sessions.expiresAt, now));
      await audit.forget(auditBefore);
    },
  };
}
