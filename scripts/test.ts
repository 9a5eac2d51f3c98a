/**
 * The test command: lint, types, then every test (unit, HTTP, queue, containers, browser). Ends with
 * `N passed, N failed`, in which a check that is not a test (lint, types) counts as one.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ensureBidsValidator } from './bids-validator.ts';
import { ensureChromium } from './chromium.ts';
import { ensureDcm2niix } from './dcm2niix.ts';
import { ensureDicomTools } from './dicom-tools.ts';
import { ensurePostgres } from './postgres.ts';

type Tally = { passed: number; failed: number; skipped: number };

const scratch = mkdtempSync(join(tmpdir(), 'atoll-tests-'));
const bin = (name: string) => join(import.meta.dirname, '..', 'node_modules', '.bin', name);

const VitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numFailedTestSuites: z.int(),
});
const PlaywrightReport = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
});

/** Runs a step with its output shown; true when it succeeded. */
function run(title: string, command: string, args: string[], env: Record<string, string> = {}): boolean {
  console.log(`\n── ${title}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  return status === 0;
}

function check(title: string, command: string, args: string[]): Tally {
  const ok = run(title, command, args);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

function readReport<T>(schema: z.ZodType<T>, file: string): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

function vitest(): Tally {
  const file = join(scratch, 'vitest.json');
  try {
    // Once and before: the tests run side by side.
    ensurePostgres();
    ensureBidsValidator();
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  try {
    ensureDcm2niix();
    ensureDicomTools();
  } catch (thrown) {
    // Only the tests of DICOM fail for want of them, and say so again.
    console.error(thrown instanceof Error ? thrown.message : thrown);
  }
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return tallyOf(file, run('unit, HTTP and queue tests', bin('vitest'), ['run', ...reporters]));
}

function tallyOf(file: string, ok: boolean): Tally {
  const report = readReport(VitestReport, file);
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  // A file that fails to load runs no test, and must not pass for that.
  const failed = report.numFailedTests || (ok ? 0 : Math.max(1, report.numFailedTestSuites));
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests };
}

/** What is deployed, in real containers; without them its tests are skipped, and it says why. */
function containers(): Tally {
  const file = join(scratch, 'containers.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const config = join(import.meta.dirname, '../vitest.containers.config.ts');
  const ok = run('tests in containers', bin('vitest'), ['run', '--config', config, ...reporters]);
  return tallyOf(file, ok);
}

function playwright(): Tally {
  const file = join(scratch, 'playwright.json');
  let chromium: string;
  try {
    chromium = ensureChromium();
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  if (!run('build of the page', process.execPath, [join(import.meta.dirname, 'build-page.ts')])) {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const ok = run('browser tests', bin('playwright'), ['test', '--reporter=list,json'], {
    CHROMIUM_PATH: chromium,
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  });
  const stats = readReport(PlaywrightReport, file)?.stats;
  if (stats === undefined) return { passed: 0, failed: 1, skipped: 0 };
  // Playwright's list above names them.
  if (stats.flaky > 0) console.log(`${stats.flaky} browser tests passed at their second try only`);
  const failed = stats.unexpected || (ok ? 0 : 1);
  return { passed: stats.expected + stats.flaky, failed, skipped: stats.skipped };
}

const tallies = [
  check('lint', bin('biome'), ['check', '.']),
  check('types', bin('tsc'), ['--noEmit']),
  check('types of the page', bin('tsc'), ['--noEmit', '-p', 'packages/viewer']),
  check('dead code', bin('knip'), []),
  vitest(),
  containers(),
  playwright(),
];
rmSync(scratch, { recursive: true, force: true });

const sum = (pick: (tally: Tally) => number) => tallies.reduce((total, tally) => total + pick(tally), 0);
const failed = sum((tally) => tally.failed);
const skipped = sum((tally) => tally.skipped);
console.log(
  `\n${sum((tally) => tally.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
process.exitCode = failed === 0 ? 0 : 1;
