import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { withoutWebGl } from './projects.ts';

const atoll = join(import.meta.dirname, '../../packages/cli/bin/atoll.js');

export type RunningAtoll = {
  readonly url: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
  restart(): Promise<void>;
};

/**
 * The real server in a folder of its own, started by node itself as npm start does.
 * @param env settings beside the folder; a free port unless they name one.
 */
export async function startAtoll(
  env: Record<string, string> = {},
): Promise<RunningAtoll & { remove(): void }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atoll-browser-'));
  let server: ChildProcess | null = null;
  const launch = async (port: string): Promise<string> => {
    const child = spawn(process.execPath, [atoll, 'serve', '--port', port], {
      env: { ...process.env, ATOLL_DATA_DIR: dataDir, ATOLL_LOG_LEVEL: 'error', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    server = child;
    return new Promise((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += String(chunk);
        const ready = /ready at (\S+)/.exec(text);
        if (ready !== null) resolve(ready[1]);
      });
      child.once('exit', () => reject(new Error(`The server ended before it was ready: ${text}`)));
    });
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    const child = server;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  };
  const url = await launch(env.ATOLL_PORT ?? '0');
  return {
    url,
    stop,
    restart: async () => {
      await stop();
      await launch(new URL(url).port);
    },
    remove: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

type Faults = { readonly list: string[]; allow(pattern: RegExp): void };

/** Every test runs against one real server, and fails when the page itself complained of anything. */
export const test = base.extend<{ faults: Faults }, { server: RunningAtoll }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off this pattern
    async ({}, use) => {
      const server = await startAtoll();
      await use(server);
      await server.stop();
      server.remove();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  faults: [
    async ({ page }, use, { project }) => {
      // Where there is no WebGL2, Chromium says so itself.
      const allowed: RegExp[] = project.name === withoutWebGl ? [/WebGL/i] : [];
      const faults: Faults = { list: [], allow: (pattern) => allowed.push(pattern) };
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') faults.list.push(message.text());
      });
      page.on('pageerror', (error) => faults.list.push(error.message));
      await use(faults);
      expect(faults.list.filter((fault) => !allowed.some((pattern) => pattern.test(fault)))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export async function chooseCase(page: Page, title: string): Promise<void> {
  await page.getByRole('option', { name: title }).click();
}

export async function run(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run segmentation' }).click();
}

/**
 * From now on every job of the page is running, as far as it hears, until what is returned is called: a phantom may be done
 * before a browser on a busy machine has drawn its progress.
 */
export async function holdJobs(page: Page): Promise<() => void> {
  let isHeld = true;
  const { promise: released, resolve } = Promise.withResolvers<void>();
  await page.route(/\/api\/jobs\/[0-9a-f]{32}\/events$/, async (route) => {
    await released;
    await route.fallback();
  });
  await page.route(/\/api\/jobs\/[0-9a-f]{32}$/, async (route) => {
    if (!isHeld || route.request().method() !== 'GET') return route.fallback();
    const response = await route.fetch().catch(() => null);
    if (response === null) return route.abort('connectionrefused');
    if (!response.ok()) return route.fulfill({ response });
    const answer = { ...(await response.json()), status: 'running', result: null, error: null };
    await route.fulfill({ response, json: answer });
  });
  return () => {
    isHeld = false;
    resolve();
  };
}

export async function waitForResult(page: Page): Promise<void> {
  // A job gives way to everything else on a busy machine.
  await expect(page.getByLabel('Lesion volume')).toBeVisible({ timeout: 240_000 });
  await waitForImages(page);
}

/** Until the images are drawn, by WebGL2 where there is any. */
export async function waitForImages(page: Page): Promise<void> {
  await expect(page.locator('[data-viewer-state="ready"][data-preparing="false"]')).toBeVisible({
    timeout: 60_000,
  });
}

/** Until slices are to be seen, whoever has drawn them. */
export async function waitForFirstImage(page: Page): Promise<void> {
  await expect(page.locator('[data-viewer-state="ready"]')).toBeVisible({ timeout: 60_000 });
}

export async function choosePlane(page: Page, plane: string): Promise<void> {
  await page.getByRole('radio', { name: plane, exact: true }).click();
  await expect(page.locator(`[data-plane]`)).toBeVisible();
  // The adapter redraws a moment after the choice.
  await page.waitForTimeout(400);
}
