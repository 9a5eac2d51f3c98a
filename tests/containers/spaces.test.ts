import { Health } from '@atoll/contract/health';
import { afterAll, describe, expect, it } from 'vitest';
import { spaceImages } from '../../scripts/containers/images.ts';
import { Container, runPhantom } from './container.ts';
import { here, mustHave } from './here.ts';

/** As Hugging Face runs a Space: user 1000, a root that can be written to but is lost, and its name in SPACE_ID. */
const asSpace = { options: ['--user=1000:1000'], env: { SPACE_ID: 'somebody/atoll-service' } };

describe.skipIf(here === null)('the Docker Spaces of npm run deploy:spaces', () => {
  const started: Container[] = [];
  const start = async (image: string, options: readonly string[] = []) => {
    const container = await Container.start(mustHave(), {
      image,
      ...asSpace,
      options: [...asSpace.options, ...options],
    });
    started.push(container);
    return container;
  };
  afterAll(() => {
    for (const container of started) container.remove();
  });

  it('without a GPU: answer the page’s origin, run a job and stop in order', async () => {
    const space = await start(spaceImages.cpu);
    await space.answer('/ready');
    const origin = 'https://somebody-atoll.static.hf.space';
    const answer = await fetch(`${space.url}/health`, { headers: { Origin: origin } });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(origin);
    const health = Health.parse(await answer.json());
    expect(health.results?.lossReason).not.toBeNull();
    expect(space.exec('id', '-u').stdout.trim()).toBe('1000');
    const job = await runPhantom(space.url);
    expect(job.status).toBe('completed');
    expect(job.result?.diceScore).toBeGreaterThan(0.8);
    expect(space.stop()).toBe(0);
  });

  it('with a GPU, on an image with stand-ins of DeepISLES’ programs: say what is missing, and still run', async () => {
    const space = await start(spaceImages.gpu);
    await space.answer('/ready');
    const health = Health.parse(await (await space.answer('/health')).json());
    expect(health.engines?.find(({ id }) => id === 'deepisles')).toMatchObject({
      usable: false,
      reason: expect.stringContaining('No usable NVIDIA GPU'),
    });
    const job = await runPhantom(space.url, { engine: 'diffusion' });
    expect(job.status).toBe('completed');
    // What DeepISLES writes beside its code, user 1000 can.
    expect(
      space.exec('sh', '-c', 'mkdir /app/src/SEALS/test_result && rmdir /app/src/SEALS/test_result').code,
    ).toBe(0);
    expect(space.stop()).toBe(0);
  });
});
