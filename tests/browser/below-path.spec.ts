import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import { type Page, test as plain } from '@playwright/test';
import { chooseCase, expect, run, startAtoll, waitForResult } from './atoll.ts';
import { freePort } from './hosts.ts';

/** A proxy as many have one: it takes `/lab/atoll` off what it hands on, and knows nothing else. */
async function startProxy(port: number, backend: string) {
  const stray: string[] = [];
  const server = createServer((request, response) => {
    const { url = '/', method, headers } = request;
    if (!url.startsWith('/lab/atoll/')) {
      stray.push(url);
      response.writeHead(404).end();
      return;
    }
    const onward = forward(`${backend}${url.slice('/lab/atoll'.length)}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
    response.on('close', () => onward.destroy());
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { stray, close };
}

const faultsOf = (page: Page) => {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  return faults;
};

plain('below a path of a proxy the page runs a case, and asks for nothing outside it', async ({ page }) => {
  const port = await freePort();
  const address = `http://localhost:${port}/lab/atoll`;
  const atoll = await startAtoll({ ATOLL_PUBLIC_URL: address });
  const proxy = await startProxy(port, atoll.url);
  const faults = faultsOf(page);
  try {
    await page.goto(`${address}/`);
    await chooseCase(page, 'Phantom: one large infarct, left');
    await run(page);
    await waitForResult(page);
    expect(page.url()).toMatch(/\/lab\/atoll\/\?case=.*job=[0-9a-f]{32}/);
    await page.reload();
    await waitForResult(page);
    expect(await page.getByRole('link', { name: 'Mask (NIfTI)' }).getAttribute('href')).toContain(
      '/lab/atoll/files/',
    );
    await page.getByRole('link', { name: 'API' }).click();
    await expect(page.locator('.swagger-ui').getByText('/api/segment').first()).toBeVisible();
    expect(proxy.stray.filter((url) => url !== '/favicon.ico')).toEqual([]);
    expect(faults).toEqual([]);
  } finally {
    proxy.close();
    await atoll.stop();
    atoll.remove();
  }
});
