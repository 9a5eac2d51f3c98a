import { createServer } from 'node:http';
import { acceptContract } from '@atoll/contract/media-type';
import {
  chooseCase,
  expect,
  holdJobs,
  run,
  startAtoll,
  test,
  waitForImages,
  waitForResult,
} from './atoll.ts';
import { freePort, type SleepyHost, type StaticHost, startStaticHost } from './hosts.ts';
import { startTwoOrigins, type TwoOrigins } from './origins.ts';
import { countColour } from './pixels.ts';

/**
 * The audit's run-time checklist, in the audited way of hosting: the page from a host of files on one origin, the
 * service behind a host that lets it sleep on another.
 */

const large = 'Phantom: one large infarct, left';

let origins: TwoOrigins;
let service: TwoOrigins['service'];
let host: SleepyHost;
let page: StaticHost;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  origins = await startTwoOrigins();
  ({ service, host, page } = origins);
});

test.afterAll(async () => {
  await page.close();
  await origins.closeService();
});

test.beforeEach(async ({ faults }) => {
  faults.allow(/Failed to load resource|ERR_|CORS policy|net::|Cross-Origin/);
  await host.wake();
});

test('the page stands while the service is away, says that it is waking up, and goes on when it has come', async ({
  page: tab,
}) => {
  await service.stop();
  await host.sleep('refused');
  await tab.goto(page.origin);
  const notice = tab.getByLabel('Connection');
  await expect(notice).toContainText('The service is waking up');
  await expect(notice).toContainText(/[3-9] s/);
  await expect(tab.getByRole('button', { name: 'Stop waiting' })).toBeVisible();

  await service.restart();
  await host.wake();
  await expect(tab.getByRole('option', { name: large })).toBeVisible({ timeout: 40_000 });
  await expect(notice).toHaveCount(0);

  expect(await tab.evaluate(() => window.crossOriginIsolated)).toBe(true);
  await chooseCase(tab, large);
  await run(tab);
  await waitForResult(tab);
  // Radiological: the patient's left is on the right.
  const seen = await countColour(tab, 'mask');
  expect(seen.right / seen.total).toBeGreaterThan(0.95);
  expect(seen.total).toBeGreaterThan(200);
  const mask = await tab.getByRole('link', { name: 'Mask (NIfTI)' }).getAttribute('href');
  expect(mask?.startsWith(`${host.url}/files/`)).toBe(true);
  await expect(tab.getByRole('link', { name: 'API' })).toHaveAttribute('href', `${host.url}/docs/`);
});

for (const how of ['gateway', 'gateway-unreadable', 'wake-page'] as const) {
  test(`a host that answers in the sleeping service’s place (${how}) is waited for`, async ({
    page: tab,
  }) => {
    await host.sleep(how);
    await tab.goto(page.origin);
    await expect(tab.getByLabel('Connection')).toContainText('The service is waking up');
    await host.wake();
    await expect(tab.getByRole('option', { name: large })).toBeVisible({ timeout: 30_000 });
  });
}

test('a submission whose answer is lost is sent again, and makes one job', async ({ page: tab }) => {
  await tab.goto(page.origin);
  await chooseCase(tab, 'Phantom: small infarct in the pons');
  host.submitted.length = 0;
  host.losesAnswers = 2;
  await run(tab);
  await waitForResult(tab);
  expect(host.submitted.length).toBe(3);
  expect(new Set(host.submitted).size).toBe(1);
  expect(new URL(tab.url()).searchParams.get('job')).toBe(host.submitted[0]);
});

test('a service that goes to sleep in mid-job is waited for, and its files come when it is back', async ({
  page: tab,
}) => {
  await tab.goto(page.origin);
  await chooseCase(tab, 'Phantom: infarcts in both hemispheres');
  const release = await holdJobs(tab);
  await run(tab);
  await expect(tab.getByLabel('Progress')).toBeVisible();
  await host.sleep('gateway');
  release();
  await expect(tab.getByLabel('Connection')).toContainText('The service is waking up');
  await tab.waitForTimeout(3000);
  await host.wake();
  await waitForResult(tab);
});

test('the reader can stop waiting, and try again', async ({ page: tab }) => {
  await host.sleep('refused');
  await tab.goto(page.origin);
  await tab.getByRole('button', { name: 'Stop waiting' }).click();
  await expect(tab.getByRole('alert').first()).toContainText('The service is not responding');
  await host.wake();
  await tab.getByRole('button', { name: 'Retry' }).first().click();
  await expect(tab.getByRole('option', { name: large })).toBeVisible();
});

test('a busy service is called busy, in its own words, and not asleep', async ({ page: tab }) => {
  await tab.goto(page.origin);
  await chooseCase(tab, large);
  const problem = { detail: 'As many jobs wait as may.', code: 'QUEUE_FULL', action: 'Wait.' };
  let refusals = 0;
  await tab.route('**/api/segment', (route) => {
    if (route.request().method() !== 'POST' || refusals++ > 0) return route.continue();
    const headers = {
      'Access-Control-Allow-Origin': page.origin,
      'Access-Control-Expose-Headers': 'Retry-After',
      'Retry-After': '3',
    };
    return route.fulfill({ status: 503, headers, json: problem });
  });
  await run(tab);
  const notice = tab.getByLabel('Connection');
  await expect(notice).toContainText('The service is busy');
  await expect(notice).toContainText(problem.detail);
  await expect(notice).not.toContainText('waking up');
  await waitForResult(tab);
});

test('a device without a network is called offline, and goes on by itself', async ({
  page: tab,
  context,
}) => {
  await tab.goto(page.origin);
  await chooseCase(tab, large);
  await waitForImages(tab);
  await context.setOffline(true);
  await run(tab);
  await expect(tab.getByLabel('Connection')).toContainText('This device is offline');
  await context.setOffline(false);
  await waitForResult(tab);
});

test('a page of an origin that is not listed is refused, reads nothing, and starts nothing', async ({
  page: tab,
}) => {
  const foreign = await startStaticHost(host.url);
  try {
    await tab.goto(foreign.origin);
    await expect(tab.getByRole('alert').first()).toContainText(
      'The service does not accept requests from this page',
      {
        timeout: 30_000,
      },
    );
    await expect(tab.getByRole('alert').first()).toContainText('ATOLL_ORIGINS');
    host.submitted.length = 0;
    // What CORS alone does not stop: a request whose answer the page cannot read.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      await tab
        .evaluate(
          async ([url, contentType]) => {
            const body = '{"case_id": "phantom-large-left", "force": true}';
            await fetch(`${url}/api/segment`, {
              method: 'POST',
              mode: 'no-cors',
              headers: { 'Content-Type': contentType },
              body,
            });
          },
          [host.url, type],
        )
        .catch(() => undefined);
    }
    const health = await (await fetch(`${host.url}/health`)).json();
    expect(health.jobs).toEqual({ pending: 0, running: 0 });
    expect(host.submitted).toEqual([]);
  } finally {
    await foreign.close();
  }
});

test('an image of the service loads under require-corp, and one of a server without CORP does not', async ({
  page: tab,
}) => {
  const bare = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'image/svg+xml' });
    response.end('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  });
  const port = await freePort();
  await new Promise<void>((resolve) => bare.listen(port, '127.0.0.1', resolve));
  const isolated = await startStaticHost(host.url, { allowedApis: [`http://localhost:${port}`] });
  const loads = (url: string) =>
    tab.evaluate(
      (src) =>
        new Promise<boolean>((resolve) => {
          const image = new Image();
          image.onload = () => resolve(true);
          image.onerror = () => resolve(false);
          image.src = src;
        }),
      url,
    );
  try {
    await tab.goto(isolated.origin);
    expect(await tab.evaluate(() => window.crossOriginIsolated)).toBe(true);
    expect(await loads(`${host.url}/favicon.svg`)).toBe(true);
    expect(await loads(`http://localhost:${port}/x.svg`)).toBe(false);
  } finally {
    await isolated.close();
    bare.closeAllConnections();
    bare.close();
  }
});

test('a host that sets none of the headers gets a page that works all the same', async ({ page: tab }) => {
  // The same origin as the listed one: its host changes, not its address.
  const port = Number(new URL(page.origin).port);
  await page.close();
  page = await startStaticHost(host.url, { isIsolating: false, port });
  try {
    await tab.goto(page.origin);
    expect(await tab.evaluate(() => window.crossOriginIsolated)).toBe(false);
    await chooseCase(tab, large);
    await run(tab);
    await waitForResult(tab);
    expect((await countColour(tab, 'mask')).total).toBeGreaterThan(200);
  } finally {
    await page.close();
    page = await startStaticHost(host.url, { port });
  }
});

test('a link that names a service which the page may not use is told so', async ({ page: tab }) => {
  await tab.goto(`${page.origin}/?api=https://evil.example.org`);
  await expect(tab.getByRole('alert').first()).toContainText('https://evil.example.org');
  await expect(tab.getByRole('option', { name: large })).toBeVisible();
});

test('an expired result says that it was kept for its time', async ({ page: tab }) => {
  const shortLived = await startAtoll({ ATOLL_RESULT_TTL: '2s' });
  try {
    const answer = await fetch(`${shortLived.url}/api/segment`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ case_id: 'phantom-large-left' }),
    });
    const { jobId } = await answer.json();
    const statusOf = async () =>
      (await fetch(`${shortLived.url}/api/jobs/${jobId}`, { headers: { Accept: acceptContract } })).status;
    await expect.poll(statusOf, { timeout: 60_000 }).toBe(410);
    await tab.goto(`${shortLived.url}/?job=${jobId}`);
    await expect(tab.getByRole('alert')).toContainText('have expired');
    await expect(tab.getByRole('alert')).toContainText('JOB_EXPIRED');
  } finally {
    await shortLived.stop();
    shortLived.remove();
  }
});
