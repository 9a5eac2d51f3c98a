import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@atoll/contract/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { PostgresServer } from '../../packages/jobs/test/postgres-server.ts';
import { ask } from '../../scripts/containers/engine.ts';
import { serviceImage } from '../../scripts/containers/images.ts';
import { Container } from './container.ts';
import { here, mustHave } from './here.ts';

const Service = z.object({
  command: z.array(z.string()),
  // What is interpolated to nothing is an empty text to compose.
  environment: z.record(
    z.string(),
    z
      .string()
      .nullable()
      .transform((text) => text ?? ''),
  ),
  volumes: z.array(z.string()),
  stop_grace_period: z.string(),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  tmpfs: z.array(z.string()),
});
const Compose = z.object({ services: z.object({ api: Service, worker: Service }) });

/** The services of Atoll as compose.yaml has them; the variables that it asks for are `given`. */
function readCompose(given: Readonly<Record<string, string>>) {
  const text = readFileSync(join(import.meta.dirname, '../../deploy/compose.yaml'), 'utf8');
  const filled = text.replace(
    /\$\{([A-Z_]+):(-|\?)([^}]*)\}/g,
    (_, name: string, kind: string, rest: string) => {
      const value = given[name] ?? (kind === '-' ? rest : undefined);
      if (value === undefined) throw new Error(`${name} has to be given`);
      return value;
    },
  );
  return Compose.parse(parse(filled, { merge: true })).services;
}

describe.skipIf(here === null)('the services of compose.yaml with a real PostgreSQL', () => {
  let server: PostgresServer;
  const volume = `atoll-test-${randomBytes(6).toString('hex')}`;
  const started: Container[] = [];
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(async () => {
    for (const container of started) container.remove();
    if (here !== null) ask(here, ['volume', 'rm', '--force', volume]);
    await server?.stop();
  });

  const start = async (name: 'api' | 'worker', database: string) => {
    const service = readCompose({ POSTGRES_PASSWORD: 'a-password' })[name];
    const { pathname, port } = new URL(database);
    const asked = service.environment.ATOLL_DATABASE_URL;
    expect(asked).toBe('postgres://atoll:a-password@db:5432/atoll');
    const container = await Container.start(mustHave(), {
      image: serviceImage,
      args: service.command,
      options: [
        '--add-host=db:127.0.0.1',
        ...service.volumes.map((each) => `--volume=${each.replace(/^results:/, `${volume}:`)}`),
        ...(service.read_only ? ['--read-only'] : []),
        ...service.cap_drop.map((each) => `--cap-drop=${each}`),
        ...service.security_opt.map((each) => `--security-opt=${each}`),
        ...service.tmpfs.map((each) => `--tmpfs=${each}:rw,mode=1777`),
      ],
      env: {
        ...service.environment,
        ATOLL_DATABASE_URL: asked.replace('5432', port).replace(/\/atoll$/, pathname),
      },
    });
    started.push(container);
    return container;
  };
  const graceSeconds = Number(
    /^(\d+)s$/.exec(readCompose({ POSTGRES_PASSWORD: 'x' }).api.stop_grace_period)?.[1],
  );

  it('share queue and results: a job waits for a worker, is done by it, and its mask comes from the API', async () => {
    const database = await server.newDatabase();
    const api = await start('api', database);
    // Both bring the tables up to date: one at a time, whoever comes first.
    const worker = await start('worker', database);
    await api.answer('/ready');
    const client = createClient(api.url);
    const { jobId } = await client.segment({ case_id: 'phantom-pons' });
    let job = await client.getJob(jobId);
    while (job.status === 'pending' || job.status === 'running') {
      await sleep(100);
      job = await client.getJob(jobId);
    }
    expect([job.status, job.error]).toEqual(['completed', null]);
    expect(job.result?.diceScore).toBeGreaterThan(0.8);
    const mask = await fetch(job.result?.predictionUrl ?? '');
    expect(new Uint8Array(await mask.arrayBuffer()).subarray(0, 2)).toEqual(new Uint8Array([0x1f, 0x8b]));

    // A worker that is stopped in the middle of a job gives it back, and the next one does it.
    const { jobId: next } = await client.segment({ case_id: 'phantom-large-left' });
    while ((await client.getJob(next)).status === 'pending') await sleep(20);
    expect(worker.stop(graceSeconds)).toBe(0);
    expect((await client.getJob(next)).status).toMatch(/pending|completed/);
    await start('worker', database);
    job = await client.getJob(next);
    while (job.status === 'pending' || job.status === 'running') {
      await sleep(100);
      job = await client.getJob(next);
    }
    expect(job.status).toBe('completed');
    expect(api.stop(graceSeconds)).toBe(0);
  });
});
