/** Makes the README's pictures from the real page on the real server, of phantoms alone. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { buildPage } from './build-page.ts';
import { ensureChromium } from './chromium.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/images');
const dataDir = mkdtempSync(join(tmpdir(), 'atoll-screenshots-'));
mkdirSync(folder, { recursive: true });

await buildPage();
const server = spawn(process.execPath, [join(root, 'packages/cli/bin/atoll.js'), 'serve', '--port', '0'], {
  env: { ...process.env, ATOLL_DATA_DIR: dataDir, ATOLL_LOG_LEVEL: 'error' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await chromium.launch({
  executablePath: ensureChromium(),
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
try {
  const url = await new Promise<string>((resolve) => {
    server.stdout.on('data', (chunk) => {
      const ready = /ready at (\S+)/.exec(String(chunk));
      if (ready !== null) resolve(ready[1]);
    });
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await showResult(page, url, 'Phantom: one large infarct, left');
  await page.getByRole('radio', { name: 'All', exact: true }).click();
  await page.getByRole('button', { name: 'Reference', exact: true }).click();
  await take(page, 'result.png');
} finally {
  await browser.close();
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await gone;
  rmSync(dataDir, { recursive: true, force: true });
}

async function showResult(page: Page, url: string, title: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('option', { name: title }).click();
  await page.getByRole('button', { name: 'Run segmentation' }).click();
  await page.getByLabel('Lesion volume').waitFor({ timeout: 120_000 });
  await page.locator('[data-viewer-state="ready"][data-preparing="false"]').waitFor({ timeout: 120_000 });
}

async function take(page: Page, name: string): Promise<void> {
  // The images follow a choice a moment later.
  await page.waitForTimeout(2500);
  await page.screenshot({ path: join(folder, name) });
  console.log(join('docs/images', name));
}
