import { randomBytes } from 'node:crypto';
import { createClient } from '@atoll/contract/client';
import { Health } from '@atoll/contract/health';
import { afterAll, describe, expect, it } from 'vitest';
import { ask, must } from '../../scripts/containers/engine.ts';
import { serviceImage } from '../../scripts/containers/images.ts';
import { Container, hardened, runPhantom } from './container.ts';
import { here, mustHave } from './here.ts';

describe.skipIf(here === null)(
  'the image of deploy/Dockerfile, as user 1000 with a root that is read-only',
  () => {
    const volume = `atoll-test-${randomBytes(6).toString('hex')}`;
    const started: Container[] = [];
    const start = async (options: readonly string[] = [], args: readonly string[] = []) => {
      const container = await Container.start(mustHave(), {
        image: serviceImage,
        args,
        options: [...hardened, `--volume=${volume}:/data`, ...options],
      });
      started.push(container);
      return container;
    };
    afterAll(() => {
      for (const container of started) container.remove();
      ask(mustHave(), ['volume', 'rm', '--force', volume]);
    });

    it('answers /health, serves the page, runs a job, stops in order, and the next one has its results', async () => {
      const first = await start();
      const health = Health.parse(await (await first.answer('/health')).json());
      expect(health.status).toBe('healthy');
      await first.answer('/ready');
      expect(first.isHealthy).toBe(true);
      expect(first.exec('id', '-u').stdout.trim()).toBe('1000');
      expect(first.exec('touch', '/app/x').code).not.toBe(0);
      const page = await fetch(first.url, { headers: { Accept: 'text/html' } });
      expect(await page.text()).toContain('<title>Atoll</title>');

      const job = await runPhantom(first.url);
      expect([job.status, job.error]).toEqual(['completed', null]);
      expect(job.result?.diceScore).toBeGreaterThan(0.8);
      const mask = new Uint8Array(await (await fetch(job.result?.predictionUrl ?? '')).arrayBuffer());

      expect(first.stop()).toBe(0);
      expect(first.logs()).toContain('stopping');

      const second = await start();
      await second.answer('/ready');
      const kept = await createClient(second.url).getJob(job.jobId);
      expect(kept.status).toBe('completed');
      const again = await fetch(kept.result?.predictionUrl ?? '');
      expect(new Uint8Array(await again.arrayBuffer())).toEqual(mask);
      expect(second.stop()).toBe(0);
    });

    it('says why where the data folder cannot be written to', async () => {
      const container = await Container.start(mustHave(), {
        image: serviceImage,
        options: [...hardened, '--tmpfs=/data:ro'],
      });
      started.push(container);
      await expect(container.answer('/ready')).rejects.toThrow(/data folder|DATA_DIR/);
      expect(container.exitCode).not.toBe(0);
    });

    it('holds neither tests nor what only its making needs', () => {
      const engine = mustHave();
      const find = must(engine, [
        ...['run', '--rm', '--network=none', '--entrypoint=sh', serviceImage, '-c'],
        'find /app -path /app/node_modules -prune -o \\( -name "*.test.ts" -o -path "*/test/*" -o -name .git -o -name .env \\) -print; ls /app/node_modules | grep -E "^(vite|vitest|typescript|playwright.*)$"; true',
      ]);
      expect(find).toBe('');
    });
  },
);
