import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/chromium.ts';
import { withoutWebGl } from './tests/browser/projects.ts';

const software = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const quiet = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];
/**
 * What is about drawing by WebGL. All else is played where slices are drawn in a 2D canvas: in software WebGL is slow, and
 * of two browsers that draw by it at once each is slower by far.
 */
const drawn = '**/*-drawn.spec.ts';
const executablePath = process.env.CHROMIUM_PATH ?? findChromium() ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: 'tests/browser',
  // Two files of tests at a time: much of a test is waiting, and each worker has a server of its own.
  workers: 2,
  // Images are drawn in software here: slow, and slower on a busy machine.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  // Where a test passes at a second try alone, that is said by name at the end: the machine was slow, or there is a race to find.
  retries: process.env.CI === undefined ? 0 : 1,
  forbidOnly: process.env.CI !== undefined,
  outputDir: 'test-results',
  use: { viewport: { width: 860, height: 560 }, trace: 'retain-on-failure' },
  projects: [
    {
      name: 'page',
      testMatch: drawn,
      use: { launchOptions: { executablePath, args: [...software, ...quiet] } },
    },
    {
      name: withoutWebGl,
      testIgnore: drawn,
      use: { launchOptions: { executablePath, args: ['--disable-3d-apis', ...quiet] } },
    },
  ],
});
