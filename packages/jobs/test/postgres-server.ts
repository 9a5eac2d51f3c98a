import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from '../../../scripts/free-port.ts';
import { ensurePostgres } from '../../../scripts/postgres.ts';

/**
 * A real PostgreSQL server in a scratch folder on a free port, for tests. PostgreSQL refuses to run as root, so
 * that root starts it as the user `postgres`, who comes with the package.
 */
export class PostgresServer {
  readonly #folder: string;
  readonly #port: number;
  readonly #user: { uid?: number; gid?: number };
  readonly #programs: string;
  #process: ChildProcess | null = null;
  #databases = 0;

  private constructor(programs: string, port: number) {
    this.#programs = programs;
    this.#port = port;
    this.#user = unprivilegedUser();
    this.#folder = mkdtempSync(join(tmpdir(), 'atoll-postgres-'));
    const { uid, gid } = this.#user;
    if (uid !== undefined && gid !== undefined) chownSync(this.#folder, uid, gid);
    chmodSync(this.#folder, 0o700);
  }

  static async start(): Promise<PostgresServer> {
    const server = new PostgresServer(ensurePostgres(), await freePort());
    execFileSync(
      join(server.#programs, 'initdb'),
      ['-D', server.#data, '-U', 'atoll', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
      { ...server.#user, cwd: server.#folder, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    await server.up();
    return server;
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  url(database = 'postgres'): string {
    return `postgres://atoll@127.0.0.1:${this.#port}/${database}`;
  }

  /** A new, empty database. @returns its URL. */
  async newDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`;
    await this.query(`CREATE DATABASE ${name}`);
    return this.url(name);
  }

  async query(text: string): Promise<void> {
    const client = new Client({ connectionString: this.url() });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }

  /** Starts it again after `down`; what was committed is there. */
  async up(): Promise<void> {
    const settings = [
      `port=${this.#port}`,
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${this.#folder}`,
      'max_connections=200',
    ];
    this.#process = spawn(
      join(this.#programs, 'postgres'),
      ['-D', this.#data, ...settings.flatMap((setting) => ['-c', setting])],
      { ...this.#user, cwd: this.#folder, stdio: 'ignore' },
    );
    for (;;) {
      if (this.#process.exitCode !== null) throw new Error('PostgreSQL ended instead of starting.');
      const answers = await this.query('SELECT 1').then(
        () => true,
        () => false,
      );
      if (answers) return;
      await sleep(50);
    }
  }

  /** @param signal SIGINT ends sessions and stops in order; SIGQUIT stops as a crash does. */
  async down(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const process = this.#process;
    this.#process = null;
    if (process === null || process.exitCode !== null) return;
    process.kill(signal);
    await once(process, 'exit');
  }

  async stop(): Promise<void> {
    await this.down();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function unprivilegedUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
