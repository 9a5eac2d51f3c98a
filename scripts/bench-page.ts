/**
 * `npm run bench:page [-- --rounds 3]`: what the page loads before a case is chosen, and how long the first image takes
 * from the click to its being drawn, and NiiVue to taking over from the 2D canvas, with nothing in any cache (the phantom
 * is made anew each time) and WebGL2 drawn in software, at 1280 × 800.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from '@playwright/test';
import { median } from './bench-http/subject.ts';
import { buildPage } from './build-page.ts';
import { ensureChromium } from './chromium.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const atoll = join(import.meta.dirname, '../packages/cli/bin/atoll.js');
const title = 'Phantom: one large infarct, left';
/** So long somebody looks at the list before a case is chosen. */
const lookMs = 3000;

type Figures = {
  readonly loadedKb: number;
  readonly listMs: number;
  readonly imageMs: number;
  readonly webglMs: number;
};

/** In a browser that was never here, as its cache is its own and empty. */
async function measure(browser: Browser, url: string): Promise<Figures> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    let loaded = 0;
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    cdp.on('Network.loadingFinished', ({ encodedDataLength }) => {
      loaded += encodedDataLength;
    });
    const begun = performance.now();
    await page.goto(url);
    const option = page.getByRole('option', { name: title });
    await option.waitFor();
    const listMs = performance.now() - begun;
    const loadedKb = loaded / 1000;
    await sleep(lookMs);
    const chosen = performance.now();
    await option.click();
    await page.locator('[data-viewer-state="ready"]').waitFor({ timeout: 120_000 });
    const imageMs = performance.now() - chosen;
    await page.locator('[data-preparing="false"]').waitFor({ timeout: 120_000 });
    return { loadedKb, listMs, imageMs, webglMs: performance.now() - chosen };
  } finally {
    await context.close();
  }
}

await buildPage();
const browser = await chromium.launch({
  executablePath: ensureChromium(),
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
const results: Figures[] = [];
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    // A new service each time: what it made for one is no more there for the next.
    const dataDir = mkdtempSync(join(tmpdir(), 'atoll-bench-page-'));
    const server = spawn(process.execPath, [atoll, 'serve', '--port', '0'], {
      env: { ...process.env, ATOLL_DATA_DIR: dataDir, ATOLL_LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = new Promise((resolve) => server.once('exit', resolve));
    const url = await new Promise<string>((resolve) => {
      server.stdout.on('data', (chunk) => {
        const ready = /ready at (\S+)/.exec(String(chunk));
        if (ready !== null) resolve(ready[1]);
      });
    });
    try {
      results.push(await measure(browser, url));
    } finally {
      server.kill('SIGTERM');
      await gone;
      rmSync(dataDir, { recursive: true, force: true });
    }
  }
} finally {
  await browser.close();
}
const of = (name: keyof Figures) => median(results.map((each) => each[name])).toFixed(0);
console.log(
  `${cpus().length} × ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}; medians of ${results.length}`,
);
console.log(`loaded before a case is chosen: ${of('loadedKb')} kB, the list after ${of('listMs')} ms`);
const each = results.map(({ imageMs }) => imageMs.toFixed(0)).join(', ');
console.log(
  `from the click to the first image: ${of('imageMs')} ms (${each}), to WebGL2: ${of('webglMs')} ms`,
);
