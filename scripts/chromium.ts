import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { installDebianPackage } from './debian-package.ts';

/** Where a Chromium may already be, best first. `ATOLL_CHROMIUM` is not read by the product itself. */
const places = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of a Chromium on this machine, or null. */
export function findChromium(): string | null {
  const own = chromium.executablePath();
  return [...places, own].find((path) => path !== '' && existsSync(path)) ?? null;
}

/**
 * Path of a Chromium, installed first where that is allowed: Debian's package as root, else Playwright's
 * own download.
 * @throws Error that says what to install by hand.
 */
export function ensureChromium(): string {
  const found = findChromium();
  if (found !== null) return found;
  console.error('Chromium is missing: installing it for the browser tests.');
  if (!installDebianPackage('chromium')) installByPlaywright();
  const installed = findChromium();
  if (installed !== null) return installed;
  throw new Error(
    'The browser tests need Chromium, and it could not be installed. Install it by hand ' +
      '(Debian: apt-get install chromium; elsewhere: npx playwright install chromium), ' +
      'or set CHROMIUM_PATH to a Chromium or Chrome, and run the tests again.',
  );
}

function installByPlaywright(): void {
  try {
    execFileSync('npx', ['playwright', 'install', 'chromium'], { stdio: ['ignore', 2, 2], timeout: 600_000 });
  } catch {
    // The caller says what to do by hand.
  }
}
