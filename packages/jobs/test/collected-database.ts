import { PGlite } from '@electric-sql/pglite';
import { withOneTier } from '../src/one-tier.ts';

// A process of its own: works with a database, collects all that V8 can, works on, and says what it took at most, in MB.
const database = await withOneTier(() => PGlite.create());
const work = async (times: number) => {
  for (let at = 0; at < times; at++) {
    await database.query(
      'SELECT a.relname, count(*) FROM pg_class a JOIN pg_attribute b ON b.attrelid = a.oid WHERE b.attnum > $1 GROUP BY 1 ORDER BY 2 DESC',
      [at % 5],
    );
  }
};
const peakMb = () => Math.round(process.resourceUsage().maxRSS / 1024);
await work(100);
const before = peakMb();
if (globalThis.gc === undefined) throw new Error('needs --expose-gc');
globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
await work(300);
console.log(JSON.stringify({ before, after: peakMb() }));
