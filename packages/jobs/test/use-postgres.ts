import { afterAll, beforeAll } from 'vitest';
import { PostgresServer } from './postgres-server.ts';

/**
 * One PostgreSQL server for the tests of a file. Call it before what uses the server registers its own end: ends run
 * in the reverse order.
 * @returns the server, once the tests run.
 */
export function usePostgres(): () => PostgresServer {
  let server: PostgresServer | null = null;
  beforeAll(async () => {
    server = await PostgresServer.start();
  }, 300_000);
  afterAll(async () => server?.stop());
  return () => {
    if (server === null) throw new Error('The server starts with the tests.');
    return server;
  };
}
