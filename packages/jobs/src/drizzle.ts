import { createRequire } from 'node:module';

/**
 * drizzle-orm, by way of its CommonJS build: as ES modules it costs each start half a second of computing,
 * for Node reads its package.json of 180 kB anew for each of its 150 files.
 */
const load = createRequire(import.meta.url);

const core: typeof import('drizzle-orm') = load('drizzle-orm');
const tables: typeof import('drizzle-orm/pg-core') = load('drizzle-orm/pg-core');
const embedded: typeof import('drizzle-orm/pglite') = load('drizzle-orm/pglite');

export const {
  and,
  arrayOverlaps,
  asc,
  count,
  desc,
  DrizzleQueryError,
  eq,
  gt,
  gte,
  inArray,
  isNull,
  lt,
  lte,
  or,
  sql,
} = core;
export const { bigint, doublePrecision, integer, pgSchema, text, timestamp } = tables;
export const { drizzle } = embedded;

/** Only where a PostgreSQL server is used: it brings `pg` along. */
export function loadServerDrizzle(): typeof import('drizzle-orm/node-postgres').drizzle {
  const server: typeof import('drizzle-orm/node-postgres') = load('drizzle-orm/node-postgres');
  return server.drizzle;
}
